#ifndef COURANT_SERVICES_PARTNERS_DECIDING_FIELDS_H_
#define COURANT_SERVICES_PARTNERS_DECIDING_FIELDS_H_

#include <string>

#include "services/entitlement/partner_rights.h"

namespace courant {

// What of `records` the decision about articles depends on, as bytes: with the
// same bytes the same is decided of every article at every time. Left out is
// what people read and what is about calls: names for people, contacts, who
// changed what when and why, quotas, certificates. A field that is added to
// them is in, until it is named in the list here. Pure.
std::string DecidingFields(const RightsRecords& records);

}  // namespace courant

#endif  // COURANT_SERVICES_PARTNERS_DECIDING_FIELDS_H_

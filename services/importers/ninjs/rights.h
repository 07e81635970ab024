#ifndef COURANT_SERVICES_IMPORTERS_NINJS_RIGHTS_H_
#define COURANT_SERVICES_IMPORTERS_NINJS_RIGHTS_H_

#include "courant/v1/article.pb.h"
#include "services/importers/json/json_value.h"

namespace courant::importers::ninjs {

// Takes copyrightHolder, copyrightNotice, usageTerms and rightsInfo of an item
// or an association. A link that is no web address, and an encoded policy that
// is not JSON, have no field and are left. The status stays unset: nobody has
// looked at the rights yet. True when there was anything. Thread-safe, as far
// as the values are not shared.
bool TakeRights(JsonValue& item, v1::Rights& rights);

}  // namespace courant::importers::ninjs

#endif  // COURANT_SERVICES_IMPORTERS_NINJS_RIGHTS_H_

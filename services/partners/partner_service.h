#ifndef COURANT_SERVICES_PARTNERS_PARTNER_SERVICE_H_
#define COURANT_SERVICES_PARTNERS_PARTNER_SERVICE_H_

#include "services/partners/access_reads.h"
#include "services/partners/key_writes.h"
#include "services/partners/partner_reads.h"
#include "services/partners/partner_writes.h"
#include "services/rpc/handler.h"

namespace courant {

// courant.v1.PartnerService as a table; for the house alone. Nothing is owned;
// all must outlive what is made of it.
//
// The secret of a key is in one answer of CreateApiKey and in nothing else.
//
// Writes are answered by the committer, when they are on stable storage, and
// hold no worker until then; reads run on a worker and block on the disk.
ServiceTable PartnerServiceTable(PartnerWrites& writes, KeyWrites& keys,
                                 PartnerReads& reads, AccessReads& access);

}  // namespace courant

#endif  // COURANT_SERVICES_PARTNERS_PARTNER_SERVICE_H_

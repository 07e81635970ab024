#ifndef COURANT_SERVICES_PARTNERS_ALL_PARTNERS_H_
#define COURANT_SERVICES_PARTNERS_ALL_PARTNERS_H_

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "courant/v1/partner.pb.h"
#include "storage/partner_store.h"

// For what has to know all partners at once, as when a server starts: what
// follows the log from there on, and what no two partners may have. They are
// read one after the other, so as many of them as there may be take no memory.
namespace courant {

// Calls `use` for each partner of `store`, also for those that are suspended,
// in the order of their names, until one answer is not OK, and returns that; OK
// when there is none. As of the moment of the store's view. Blocks on the disk.
// Thread-safe as the store is.
//   DATA_LOSS / DATA_CORRUPTED  one cannot be read
absl::Status ForEachPartner(
    const storage::PartnerStore& store,
    absl::FunctionRef<absl::Status(const v1::Partner&)> use);

}  // namespace courant

#endif  // COURANT_SERVICES_PARTNERS_ALL_PARTNERS_H_

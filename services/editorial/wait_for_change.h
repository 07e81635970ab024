#ifndef COURANT_SERVICES_EDITORIAL_WAIT_FOR_CHANGE_H_
#define COURANT_SERVICES_EDITORIAL_WAIT_FOR_CHANGE_H_

#include <cstdint>

#include "absl/status/status.h"
#include "services/rpc/request_context.h"
#include "storage/applier.h"

namespace courant {

// Waits until the state includes `min_change_sequence`; not at all for 0. No
// longer than the caller has time, nor than 5 seconds. Blocks, but not for a
// partner: what it was told of is there, and whatever else it names must not
// hold a thread. Thread-safe.
//   INVALID_ARGUMENT / FIELD_INVALID  `min_change_sequence` is negative
//   UNAVAILABLE / NODE_BEHIND         it does not in time
absl::Status WaitForChange(storage::Applier& applier,
                           const RequestContext& context,
                           int64_t min_change_sequence);

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_WAIT_FOR_CHANGE_H_

#ifndef COURANT_SERVICES_PARTNERS_PARTNER_METHODS_H_
#define COURANT_SERVICES_PARTNERS_PARTNER_METHODS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "services/rpc/handler.h"
#include "storage/base/clock.h"

namespace courant {

// The door to partners is closed but for what is written down: a method that is
// added to a service is not offered by that, however it is opened there.

// What of `services` an outlet may call: the methods of the one table in
// partner_methods.cc, each with the scope that a key needs for it. What is not
// named there is not offered to partners at all. Services without a method are
// left out. A call whose key has ended while it waited or ran, by `clock`, is
// answered as one with a wrong key, and nothing is answered from memory, before
// that can be asked. `clock` must outlive the tables.
//   INTERNAL  the table names a method that there is not, or that is for the
//             house alone: the server must not start
absl::StatusOr<std::vector<ServiceTable>> ForPartners(
    std::vector<ServiceTable> services, const Clock& clock);

}  // namespace courant

#endif  // COURANT_SERVICES_PARTNERS_PARTNER_METHODS_H_

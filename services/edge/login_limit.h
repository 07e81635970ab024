#ifndef COURANT_SERVICES_EDGE_LOGIN_LIMIT_H_
#define COURANT_SERVICES_EDGE_LOGIN_LIMIT_H_

#include <string>

#include "absl/time/time.h"
#include "prometheus/counter.h"
#include "prometheus/registry.h"
#include "services/edge/address_limit.h"

namespace courant {

// How many calls with a wrong key, or none, an address may make before it is
// taken for one that guesses. Calls with a good key take nothing and are never
// asked about: who shares an address with one that guesses is not locked out by
// it. Thread-safe; blocks nothing.
//
//   courant_logins_throttled_total  calls that failed with the bucket empty
class LoginLimit {
 public:
  // See AddressLimit. `registry` is not owned and must outlive the object.
  LoginLimit(int per_minute, int burst, prometheus::Registry& registry);

  // Other numbers from now on; see AddressLimit::SetRate().
  void SetRate(int per_minute, int burst) {
    failures_.SetRate(per_minute, burst);
  }

  // A call from `neighbours` failed at `now`. True: one too many did.
  [[nodiscard]] bool Fail(const std::string& neighbours, absl::Time now);

 private:
  AddressLimit failures_;
  // Of the registry.
  prometheus::Counter& throttled_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_EDGE_LOGIN_LIMIT_H_

#include "services/edge/login_limit.h"

namespace courant {

LoginLimit::LoginLimit(int per_minute, int burst,
                       prometheus::Registry& registry)
    : failures_(per_minute, burst),
      throttled_(prometheus::BuildCounter()
                     .Name("courant_logins_throttled_total")
                     .Help("Calls that were refused for their key, from an "
                           "address of which too many were.")
                     .Register(registry)
                     .Add({})) {}

bool LoginLimit::Fail(const std::string& neighbours, absl::Time now) {
  if (failures_.Take(neighbours, now)) return false;
  throttled_.Increment();
  return true;
}

}  // namespace courant

#include "services/audit/audit_limits.h"

#include <algorithm>
#include <utility>

namespace courant {

bool AuditLimits::Admit(absl::string_view source, Rate rate, absl::Time now) {
  MutexLock lock(mu_);
  Source& of = sources_[std::string(source)];
  if (now > of.filled) {
    const double seconds = absl::ToDoubleSeconds(now - of.filled);
    of.left = std::min(rate.burst, of.left + seconds * rate.per_second);
    of.filled = now;
  } else if (now < of.filled - absl::Minutes(1)) {
    // The clock was set back: nobody has to wait until it is where it was.
    of.filled = now;
  }
  if (of.left < 1) {
    ++of.left_out;
    return false;
  }
  of.left -= 1;
  return true;
}

std::vector<AuditLimits::LeftOut> AuditLimits::TakeLeftOut() {
  std::vector<LeftOut> taken;
  MutexLock lock(mu_);
  for (auto& [source, of] : sources_) {
    if (of.left_out == 0) continue;
    taken.push_back({source, std::exchange(of.left_out, 0)});
  }
  return taken;
}

}  // namespace courant

#include "services/rpc/call_quota.h"

#include <chrono>
#include <utility>

namespace courant {
namespace {

absl::Time SteadyNow() {
  return absl::UnixEpoch() +
         absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch());
}

}  // namespace

CallQuota::CallQuota(QuotaLimits limits, prometheus::Registry& registry,
                     SteadyTime now)
    : limits_(limits),
      now_(now ? std::move(now) : SteadyNow),
      metrics_(registry) {}

std::shared_ptr<Allowance> CallQuota::Of(absl::string_view partner) {
  MutexLock lock(mu_);
  std::shared_ptr<Allowance>& allowance = allowances_[partner];
  if (allowance == nullptr) {
    allowance = std::make_shared<Allowance>(limits_, now_, metrics_);
  }
  return allowance;
}

std::shared_ptr<Allowance> CallQuota::Of(absl::string_view partner,
                                         absl::string_view key,
                                         const QuotaLimits& limits) {
  std::shared_ptr<Allowance> of_partner = Of(partner);
  MutexLock lock(mu_);
  std::shared_ptr<Allowance>& allowance = allowances_[key];
  if (allowance == nullptr) {
    allowance = std::make_shared<Allowance>(limits, now_, metrics_,
                                            std::move(of_partner));
  }
  return allowance;
}

void CallQuota::SetLimits(absl::string_view partner,
                          const QuotaLimits& limits) {
  {
    MutexLock lock(mu_);
    // Nobody has one for saying that it has none.
    if (limits == limits_ && !allowances_.contains(partner)) return;
  }
  Of(partner)->SetLimits(limits);
}

}  // namespace courant

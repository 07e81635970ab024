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
    : now_(now ? std::move(now) : SteadyNow),
      metrics_(registry),
      limits_(limits) {}

std::shared_ptr<Allowance> CallQuota::Of(absl::string_view partner) {
  MutexLock lock(mu_);
  return Find(partner);
}

QuotaLimits CallQuota::limits() const {
  MutexLock lock(mu_);
  return limits_;
}

std::shared_ptr<Allowance> CallQuota::Find(absl::string_view partner) {
  std::shared_ptr<Allowance>& allowance = allowances_[partner];
  if (allowance == nullptr) {
    allowance = std::make_shared<Allowance>(limits_, now_, metrics_);
  }
  return allowance;
}

std::shared_ptr<Allowance> CallQuota::Of(absl::string_view partner,
                                         absl::string_view key,
                                         const QuotaLimits& limits) {
  MutexLock lock(mu_);
  std::shared_ptr<Allowance>& allowance = of_keys_[key];
  if (allowance == nullptr) {
    allowance =
        std::make_shared<Allowance>(limits, now_, metrics_, Find(partner));
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

void CallQuota::SetLimitsOfAll(
    const QuotaLimits& all,
    const absl::flat_hash_map<std::string, QuotaLimits>& own) {
  MutexLock lock(mu_);
  // Made here, as of those of all until now, for whose own were the same.
  for (const auto& [partner, limits] : own) Find(partner)->SetLimits(limits);
  limits_ = all;
  for (const auto& [partner, allowance] : allowances_) {
    if (!own.contains(partner)) allowance->SetLimits(all);
  }
}

}  // namespace courant

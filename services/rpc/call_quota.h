#ifndef COURANT_SERVICES_RPC_CALL_QUOTA_H_
#define COURANT_SERVICES_RPC_CALL_QUOTA_H_

#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "prometheus/registry.h"
#include "services/rpc/allowance.h"
#include "storage/base/mutex.h"

namespace courant {

// What each partner has left: one Allowance for each, made with its first call,
// and one within it for each of its keys that has limits of its own. There are
// as many as partners and such keys that have called. Thread-safe; blocks
// nothing.
class CallQuota {
 public:
  // `limits` are those of partners that have none of their own. `registry` is
  // not owned and must outlive the object.
  CallQuota(QuotaLimits limits, prometheus::Registry& registry,
            SteadyTime now = nullptr);

  // The one of `partner`. Good for as long as the object lives.
  std::shared_ptr<Allowance> Of(absl::string_view partner)
      ABSL_LOCKS_EXCLUDED(mu_);

  // The one of `key` of `partner`, which has `limits` within those of the
  // partner. Good as above.
  std::shared_ptr<Allowance> Of(absl::string_view partner,
                                absl::string_view key,
                                const QuotaLimits& limits)
      ABSL_LOCKS_EXCLUDED(mu_);

  // Limits of `partner` alone from now on, or those of all again.
  void SetLimits(absl::string_view partner, const QuotaLimits& limits)
      ABSL_LOCKS_EXCLUDED(mu_);

  // Of partners that have none of their own.
  const QuotaLimits& limits() const { return limits_; }

 private:
  const QuotaLimits limits_;
  const SteadyTime now_;
  QuotaMetrics metrics_;

  Mutex mu_;
  // By the names of partners and keys.
  absl::flat_hash_map<std::string, std::shared_ptr<Allowance>> allowances_
      ABSL_GUARDED_BY(mu_);
};

}  // namespace courant

#endif  // COURANT_SERVICES_RPC_CALL_QUOTA_H_

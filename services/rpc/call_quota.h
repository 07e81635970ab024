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

  // Other limits of all from now on, but for partners that have their own:
  // those are in `own`, all of them, with what holds for them now.
  void SetLimitsOfAll(const QuotaLimits& all,
                      const absl::flat_hash_map<std::string, QuotaLimits>& own)
      ABSL_LOCKS_EXCLUDED(mu_);

  // Of partners that have none of their own.
  QuotaLimits limits() const ABSL_LOCKS_EXCLUDED(mu_);

 private:
  std::shared_ptr<Allowance> Find(absl::string_view partner)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const SteadyTime now_;
  QuotaMetrics metrics_;

  mutable Mutex mu_;
  QuotaLimits limits_ ABSL_GUARDED_BY(mu_);
  // By the names of partners; and of keys that have limits of their own.
  absl::flat_hash_map<std::string, std::shared_ptr<Allowance>> allowances_
      ABSL_GUARDED_BY(mu_);
  absl::flat_hash_map<std::string, std::shared_ptr<Allowance>> of_keys_
      ABSL_GUARDED_BY(mu_);
};

}  // namespace courant

#endif  // COURANT_SERVICES_RPC_CALL_QUOTA_H_

#ifndef COURANT_SERVICES_PARTNERS_PARTNER_QUOTAS_H_
#define COURANT_SERVICES_PARTNERS_PARTNER_QUOTAS_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "courant/v1/partner.pb.h"
#include "services/rpc/call_quota.h"
#include "storage/applier.h"
#include "storage/base/mutex.h"
#include "storage/database.h"

namespace courant {

// The limits of a partner: those of `all`, where `own`, what is set for it
// alone, says nothing else. A limit of 0 says nothing. Pure.
QuotaLimits LimitsOf(const QuotaLimits& all, const v1::Quota& own);

// Sees to it that each partner is held to its own limits: follows the log for
// what is set in Partner.quota. From the answer to whoever sets them on, they
// hold for what is asked, and for the bytes of streams that are open.
// Thread-safe, as what it tells is.
class PartnerQuotas final : public storage::ChangeListener {
 public:
  // `quota` is told. Not owned; must outlive the object.
  explicit PartnerQuotas(CallQuota& quota) : quota_(quota) {}

  // Tells the limits of those that have their own already. Call once, before
  // anybody calls: until then all have those of all. Reads all partners that
  // `database` has. It must not change before the object listens. Blocks on the
  // disk.
  //   DATA_LOSS  one is damaged
  absl::Status Load(const storage::Database& database) ABSL_LOCKS_EXCLUDED(mu_);

  // Takes in what is set from now on.
  void OnApplied(const std::vector<storage::SharedEntry>& changes) override
      ABSL_LOCKS_EXCLUDED(mu_);

  // Other limits of all from now on, as from a start with them: what a partner
  // has of its own stays.
  void SetLimitsOfAll(const QuotaLimits& all) ABSL_LOCKS_EXCLUDED(mu_);

 private:
  // `own` is what holds for `partner` now.
  void Take(absl::string_view partner, const v1::Quota& own)
      ABSL_LOCKS_EXCLUDED(mu_);

  CallQuota& quota_;
  // Held while it is told.
  Mutex mu_;
  // Of partners that have one.
  absl::flat_hash_map<std::string, v1::Quota> own_ ABSL_GUARDED_BY(mu_);
};

}  // namespace courant

#endif  // COURANT_SERVICES_PARTNERS_PARTNER_QUOTAS_H_

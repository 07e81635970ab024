#include "services/partners/denial_metrics.h"

namespace courant {
namespace {

using v1::AccessRule;

// What Decide() denies by; see services/entitlement/access.cc.
constexpr AccessRule::Reason kReasons[] = {AccessRule::NOT_OUT,
                                           AccessRule::STOPPED,
                                           AccessRule::EXPIRED,
                                           AccessRule::UNDER_EMBARGO,
                                           AccessRule::RIGHTS_UNKNOWN,
                                           AccessRule::DATA_MINING_PROHIBITED,
                                           AccessRule::PARTNER_SUSPENDED,
                                           AccessRule::BLOCKED,
                                           AccessRule::TERRITORY_EXCLUDED,
                                           AccessRule::NO_GRANT};

}  // namespace

DenialMetrics::DenialMetrics(prometheus::Registry& registry) {
  auto& family =
      prometheus::BuildCounter()
          .Name("courant_access_denied_total")
          .Help(
              "Decisions that a partner is not shown something, by the first "
              "rule that said so.")
          .Register(registry);
  for (const AccessRule::Reason reason : kReasons) {
    by_reason_[reason] =
        &family.Add({{"reason", AccessRule::Reason_Name(reason)}});
  }
  other_ = &family.Add({{"reason", "other"}});
}

void DenialMetrics::Count(v1::AccessRule::Reason reason) {
  const auto found = by_reason_.find(reason);
  (found == by_reason_.end() ? other_ : found->second)->Increment();
}

}  // namespace courant

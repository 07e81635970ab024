#include "services/partners/partner_quotas.h"

#include "services/partners/all_partners.h"
#include "storage/partner_store.h"
#include "storage/view.h"

namespace courant {

QuotaLimits LimitsOf(const QuotaLimits& all, const v1::Quota& own) {
  const auto either = [](auto of_all, auto of_its_own) {
    return of_its_own == 0 ? of_all : static_cast<decltype(of_all)>(of_its_own);
  };
  return {
      .calls_per_second = either(all.calls_per_second, own.calls_per_second()),
      .call_burst = either(all.call_burst, own.call_burst()),
      .max_streams = either(all.max_streams, own.max_streams()),
      .openings_per_minute =
          either(all.openings_per_minute, own.openings_per_minute()),
      .bytes_per_second = either(all.bytes_per_second, own.bytes_per_second()),
      .replay_days = either(all.replay_days, own.replay_days()),
  };
}

absl::Status PartnerQuotas::Load(const storage::Database& database) {
  const auto snapshot = database.TakeSnapshot();
  const storage::View view(database, snapshot.get());
  return ForEachPartner(storage::PartnerStore(view),
                        [this](const v1::Partner& partner) {
                          Take(partner.name(), partner.quota());
                          return absl::OkStatus();
                        });
}

void PartnerQuotas::Take(absl::string_view partner, const v1::Quota& own) {
  MutexLock lock(mu_);
  if (own.ByteSizeLong() == 0) {
    own_.erase(partner);
  } else {
    own_[partner] = own;
  }
  quota_.SetLimits(partner, LimitsOf(quota_.limits(), own));
}

void PartnerQuotas::SetLimitsOfAll(const QuotaLimits& all) {
  MutexLock lock(mu_);
  absl::flat_hash_map<std::string, QuotaLimits> own;
  for (const auto& [partner, quota] : own_) {
    own[partner] = LimitsOf(all, quota);
  }
  quota_.SetLimitsOfAll(all, own);
}

void PartnerQuotas::OnApplied(
    const std::vector<storage::SharedEntry>& changes) {
  for (const storage::SharedEntry& change : changes) {
    const storage::v1::ChangeFacts& facts = change->facts;
    if (facts.row().attributes().resource() != storage::v1::PARTNER) continue;
    v1::Partner partner;
    // It was encoded a moment ago. If not, it has the limits of all.
    if (!partner.ParseFromString(change->article)) partner.Clear();
    // The id of a partner is "/" and its name.
    Take(absl::string_view(facts.article_id()).substr(1), partner.quota());
  }
}

}  // namespace courant

#include "services/partners/live_rights.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "services/entitlement/delivery.h"
#include "services/entitlement/partner_rights.h"
#include "services/partners/access_reads.h"
#include "services/partners/rights_name.h"
#include "storage/base/status_macros.h"
#include "storage/keys.h"
#include "storage/partner_store.h"
#include "storage/view.h"

namespace courant {
namespace {

using storage::v1::Attributes;

Sight SightBy(v1::Access::Decision decision) {
  switch (decision) {
    case v1::Access::FULL:
      return Sight::kText;
    case v1::Access::METADATA:
      return Sight::kNotice;
    default:
      return Sight::kNothing;
  }
}

class DecidedRights final : public Rights {
 public:
  explicit DecidedRights(PartnerRights rights) : rights_(std::move(rights)) {}

  Sight SightAt(const Attributes& attributes, absl::Time time) const override {
    // What everybody may know is the most that a text is shown by.
    if (SightOf(Audience::kPublic, attributes) != Sight::kStub) {
      return SightBy(rights_.DecideAt(attributes, time));
    }
    Attributes unstopped = attributes;
    unstopped.set_state(v1::Article::PUBLISHED);
    unstopped.clear_expires_at_us();
    return SightBy(rights_.DecideAt(unstopped, time)) == Sight::kText
               ? Sight::kStub
               : Sight::kNothing;
  }

 private:
  const DeliveryRights rights_;
};

// Of a partner that is not there.
class NoRights final : public Rights {
 public:
  Sight SightAt(const Attributes& /*attributes*/,
                absl::Time /*time*/) const override {
    return Sight::kNothing;
  }
};

}  // namespace

absl::StatusOr<Viewer> LiveRights::ViewerNow(const std::string& partner) {
  COURANT_ASSIGN_OR_RETURN(std::shared_ptr<const Rights> rights, Now(partner));
  return Viewer(std::move(rights), clock_.Now());
}

absl::StatusOr<std::shared_ptr<const Rights>> LiveRights::Now(
    const std::string& partner) {
  Sequence version;
  {
    MutexLock lock(mu_);
    version = VersionOf(partner);
    const auto kept = kept_.find(partner);
    if (kept != kept_.end() && kept->second.version == version) {
      return kept->second.rights;
    }
  }
  // Begins after the version was read, so they are not older than that.
  COURANT_ASSIGN_OR_RETURN(std::shared_ptr<const Rights> rights,
                           RightsAt(partner, storage::PartnerStore::kNewest));
  MutexLock lock(mu_);
  ++compiled_;
  Kept& kept = kept_[partner];
  if (kept.rights == nullptr || kept.version <= version) {
    kept = {version, rights};
  }
  return rights;
}

absl::StatusOr<std::shared_ptr<const Rights>> LiveRights::RightsAt(
    const std::string& partner, Sequence at) {
  const auto snapshot = database_.TakeSnapshot();
  const storage::View view(database_, snapshot.get());
  const absl::StatusOr<RightsRecords> records =
      ReadRightsAt(storage::PartnerStore(view), partner, at);
  if (absl::IsNotFound(records.status())) return std::make_shared<NoRights>();
  COURANT_RETURN_IF_ERROR(records.status());
  COURANT_ASSIGN_OR_RETURN(PartnerRights rights, CompileRights(*records));
  return std::make_shared<DecidedRights>(std::move(rights));
}

bool LiveRights::Concerns(absl::string_view id,
                          const std::string& partner) const {
  if (!absl::ConsumePrefix(&id, "/")) return false;
  return absl::StartsWith(id, "products/") || PartnerOf(id) == partner;
}

void LiveRights::OnApplied(const std::vector<storage::SharedEntry>& changes) {
  for (const storage::SharedEntry& change : changes) {
    const storage::v1::ChangeFacts& facts = change->facts;
    if (!storage::IsRights(facts.row().attributes().resource())) continue;
    absl::string_view name = facts.article_id();
    absl::ConsumePrefix(&name, "/");
    MutexLock lock(mu_);
    if (absl::StartsWith(name, "products/")) {
      product_changed_ = change->sequence();
    } else {
      changed_[PartnerOf(name)] = change->sequence();
    }
  }
}

uint64_t LiveRights::compiled() const {
  MutexLock lock(mu_);
  return compiled_;
}

Sequence LiveRights::VersionOf(const std::string& partner) const {
  const auto changed = changed_.find(partner);
  return changed == changed_.end()
             ? product_changed_
             : std::max(product_changed_, changed->second);
}

}  // namespace courant

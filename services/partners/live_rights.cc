#include "services/partners/live_rights.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/entitlement/delivery.h"
#include "services/entitlement/partner_rights.h"
#include "services/partners/access_reads.h"
#include "services/partners/deciding_fields.h"
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

// Of the past, with who they are of: some of each of a hundred partners.
constexpr size_t kMaxPast = 256;

// The name of what has this id in the log, if it is one of rights.
absl::string_view NameOf(absl::string_view id) {
  return absl::ConsumePrefix(&id, "/") ? id : absl::string_view();
}

// Whether what is called `name` belongs to `partner` and says what it may have.
bool IsRightOf(absl::string_view name, absl::string_view partner) {
  return !name.empty() && PartnerOf(name) == partner &&
         !absl::StartsWith(name, absl::StrCat(partner, "/keys/"));
}

class DecidedRights final : public Rights {
 public:
  DecidedRights(PartnerRights rights, std::string decide_by,
                DenialMetrics* denials)
      : rights_(std::move(rights)),
        decide_by_(std::move(decide_by)),
        denials_(denials) {}

  bool MayChangeWith(absl::string_view id) const override {
    const absl::string_view name = NameOf(id);
    const std::vector<ProductRule>& products = rights_.rights().products;
    return IsRightOf(name, rights_.rights().id.name) ||
           std::any_of(products.begin(), products.end(),
                       [&](const ProductRule& product) {
                         return product.id.name == name;
                       });
  }

  Sight SightAt(const Attributes& attributes, absl::Time time) const override {
    // What everybody may know is the most that a text is shown by.
    if (SightOf(Audience::kPublic, attributes) != Sight::kStub) {
      v1::AccessRule::Reason why = v1::AccessRule::REASON_UNSPECIFIED;
      const v1::Access::Decision decision =
          rights_.DecideAt(attributes, time, /*asked=*/nullptr, &why);
      if (denials_ != nullptr && decision == v1::Access::DENY) {
        denials_->Count(why);
      }
      return SightBy(decision);
    }
    Attributes unstopped = attributes;
    unstopped.set_state(v1::Article::PUBLISHED);
    unstopped.clear_expires_at_us();
    return SightBy(rights_.DecideAt(unstopped, time)) == Sight::kText
               ? Sight::kStub
               : Sight::kNothing;
  }

  const std::string& DecideBy() const override { return decide_by_; }

 private:
  const DeliveryRights rights_;
  const std::string decide_by_;
  DenialMetrics* const denials_;
};

// Of a partner that is not there.
class NoRights final : public Rights {
 public:
  explicit NoRights(std::string partner) : partner_(std::move(partner)) {}

  bool MayChangeWith(absl::string_view id) const override {
    return IsRightOf(NameOf(id), partner_);
  }
  Sight SightAt(const Attributes& /*attributes*/,
                absl::Time /*time*/) const override {
    return Sight::kNothing;
  }
  const std::string& DecideBy() const override { return nothing_; }

 private:
  const std::string partner_;
  const std::string nothing_;
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
    version = last_changed_;
    const auto kept = kept_.find(partner);
    if (kept != kept_.end() && IsNew(partner, kept->second)) {
      return kept->second.compiled.rights;
    }
  }
  // Begins after the version was read, so they are not older than that.
  COURANT_ASSIGN_OR_RETURN(Compiled compiled,
                           Compile(partner, storage::PartnerStore::kNewest));
  std::shared_ptr<const Rights> rights = compiled.rights;
  MutexLock lock(mu_);
  Kept& kept = kept_[partner];
  if (kept.compiled.rights == nullptr || kept.version <= version) {
    kept = {version, std::move(compiled)};
  }
  return rights;
}

absl::StatusOr<std::shared_ptr<const Rights>> LiveRights::RightsAt(
    const std::string& partner, Sequence at) {
  {
    MutexLock lock(mu_);
    const auto past =
        std::find_if(past_.begin(), past_.end(), [&](const Past& one) {
          return one.at == at && one.partner == partner;
        });
    if (past != past_.end()) return past->rights;
  }
  COURANT_ASSIGN_OR_RETURN(const Compiled compiled, Compile(partner, at));
  MutexLock lock(mu_);
  past_.push_front({partner, at, compiled.rights});
  if (past_.size() > kMaxPast) past_.pop_back();
  return compiled.rights;
}

absl::StatusOr<LiveRights::Compiled> LiveRights::Compile(
    const std::string& partner, Sequence at) {
  {
    MutexLock lock(mu_);
    ++compiled_;
  }
  const auto snapshot = database_.TakeSnapshot();
  const storage::View view(database_, snapshot.get());
  const absl::StatusOr<RightsRecords> records =
      ReadRightsAt(storage::PartnerStore(view), partner, at);
  if (absl::IsNotFound(records.status())) {
    return Compiled{.rights = std::make_shared<NoRights>(partner)};
  }
  COURANT_RETURN_IF_ERROR(records.status());
  COURANT_ASSIGN_OR_RETURN(PartnerRights rights, CompileRights(*records));
  Compiled compiled;
  for (const ProductRule& product : rights.products) {
    compiled.products.push_back(product.id.name);
  }
  compiled.rights = std::make_shared<DecidedRights>(
      std::move(rights), DecidingFields(*records), denials_);
  return compiled;
}

void LiveRights::OnApplied(const std::vector<storage::SharedEntry>& changes) {
  for (const storage::SharedEntry& change : changes) {
    const storage::v1::ChangeFacts& facts = change->facts;
    const auto resource = facts.row().attributes().resource();
    if (!storage::IsRights(resource) || resource == storage::v1::API_KEY) {
      continue;
    }
    const absl::string_view name = NameOf(facts.article_id());
    MutexLock lock(mu_);
    last_changed_ = change->sequence();
    changed_[resource == storage::v1::PRODUCT ? name : PartnerOf(name)] =
        last_changed_;
  }
}

uint64_t LiveRights::compiled() const {
  MutexLock lock(mu_);
  return compiled_;
}

bool LiveRights::IsNew(const std::string& partner, const Kept& kept) const {
  std::vector<absl::string_view> names(kept.compiled.products.begin(),
                                       kept.compiled.products.end());
  names.push_back(partner);
  for (const absl::string_view name : names) {
    const auto changed = changed_.find(name);
    if (changed != changed_.end() && changed->second > kept.version) {
      return false;
    }
  }
  return true;
}

}  // namespace courant

#include "services/partners/partner_decisions.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/editorial/article_errors.h"
#include "services/partners/all_partners.h"
#include "services/partners/current_rights.h"
#include "services/partners/rights_kind.h"
#include "services/partners/rights_name.h"
#include "services/partners/rights_rules.h"
#include "services/partners/rights_settings.h"
#include "services/partners/stored_rights.h"
#include "storage/base/status_macros.h"
#include "storage/entry_builder.h"
#include "storage/errors/reason.h"
#include "storage/keys.h"
#include "storage/partner_store.h"

namespace courant {
namespace {

using storage::Decision;
using storage::DecisionContext;
using storage::PartnerStore;
using storage::v1::ArticleRow;

absl::Status RequireProduct(const PartnerStore& store, const v1::Grant& grant) {
  COURANT_ASSIGN_OR_RETURN(const std::optional<ArticleRow> row,
                           store.FindRow(grant.product()));
  if (row) return absl::OkStatus();
  return MakeFieldError(
      v1::RESOURCE_NOT_FOUND,
      {{"grant.product", absl::StrCat("there is no ", grant.product())}},
      {{"resource", grant.product()}});
}

// That no other partner lists a name of `partner`. Reads all partners: it is
// seldom asked, and a name that two have would be a hole.
absl::Status RequireOwnNames(const PartnerStore& store,
                             const v1::Partner& partner) {
  if (partner.certificate_sans().empty()) return absl::OkStatus();
  const auto& own = partner.certificate_sans();
  return ForEachPartner(store, [&](const v1::Partner& other) {
    if (other.name() == partner.name()) return absl::OkStatus();
    for (const std::string& taken : other.certificate_sans()) {
      const auto found = std::find(own.begin(), own.end(), taken);
      if (found == own.end()) continue;
      return MakeFieldError(
          v1::RESOURCE_EXISTS,
          {{absl::StrCat("partner.certificate_sans[", found - own.begin(), "]"),
            absl::StrCat("is a name of ", other.name())}},
          {{"resource", other.name()}});
    }
    return absl::OkStatus();
  });
}

template <typename Record>
absl::Status RequireRoom(const PartnerStore& store, absl::string_view partner,
                         size_t limit) {
  COURANT_ASSIGN_OR_RETURN(const std::vector<std::string> names,
                           store.Names(RightsKind<Record>::kResource,
                                       absl::StrCat(partner, "/"), "", limit));
  if (names.size() < limit) return absl::OkStatus();
  return MakeError(
      v1::LIMIT_REACHED,
      absl::StrCat(partner, " has ", limit, " ", RightsKind<Record>::kField,
                   "s already; no more can be made"),
      {{"limit", absl::StrCat(limit)}});
}

// What has to be there before, and how many of it.
absl::Status CheckPlace(const PartnerStore& store, const v1::Partner& partner) {
  return RequireOwnNames(store, partner);
}

absl::Status CheckPlace(const PartnerStore& /*store*/,
                        const v1::Product& /*product*/) {
  return absl::OkStatus();
}

absl::Status CheckPlace(const PartnerStore& store,
                        const v1::Contract& contract) {
  const absl::string_view partner = PartnerOf(contract.name());
  COURANT_RETURN_IF_ERROR(RequireRights(store, partner));
  return RequireRoom<v1::Contract>(store, partner, kMaxContracts);
}

absl::Status CheckPlace(const PartnerStore& store, const v1::Grant& grant) {
  COURANT_RETURN_IF_ERROR(RequireRights(store, ContractOf(grant.name())));
  COURANT_RETURN_IF_ERROR(RequireProduct(store, grant));
  return RequireRoom<v1::Grant>(store, PartnerOf(grant.name()), kMaxGrants);
}

// What an update may have broken besides.
template <typename Record>
absl::Status CheckTies(const PartnerStore& store, const Record& record) {
  if constexpr (std::is_same_v<Record, v1::Grant>) {
    return RequireProduct(store, record);
  }
  if constexpr (std::is_same_v<Record, v1::Partner>) {
    return RequireOwnNames(store, record);
  }
  return absl::OkStatus();
}

absl::Status CannotBe(absl::string_view name, bool is_suspended) {
  return MakeError(
      v1::ILLEGAL_TRANSITION,
      absl::StrCat(
          name, is_suspended ? " is suspended already" : " is not suspended"),
      {{"state", is_suspended ? "SUSPENDED" : "ACTIVE"},
       {"allowed", is_suspended ? "update,resume" : "update,suspend"}});
}

}  // namespace

template <typename Record>
absl::StatusOr<Decision> DecideCreateRights(const DecisionContext& context,
                                            Record record) {
  const PartnerStore store(context.view);
  COURANT_ASSIGN_OR_RETURN(const std::optional<ArticleRow> row,
                           store.FindRow(record.name()));
  if (row) return ResourceExists(record.name());
  COURANT_RETURN_IF_ERROR(CheckPlace(store, record));
  *record.mutable_create_time() = storage::ToTimestamp(context.commit_time);
  return OneChange(v1::Change::RIGHTS_UPDATED, std::move(record), std::nullopt);
}

template <typename Record>
absl::StatusOr<Decision> DecideUpdateRights(
    const DecisionContext& context, const Record& patch,
    const google::protobuf::FieldMask& mask) {
  COURANT_ASSIGN_OR_RETURN(
      CurrentRights<Record> current,
      ReadCurrent<Record>(context, {patch.name(), patch.etag()}));
  COURANT_RETURN_IF_ERROR(ApplyMask(patch, mask, &current.record));
  COURANT_RETURN_IF_ERROR(SettleRights(&current.record));
  COURANT_RETURN_IF_ERROR(
      CheckTies(PartnerStore(context.view), current.record));
  return OneChange(v1::Change::RIGHTS_UPDATED, std::move(current.record),
                   std::move(current.row));
}

template <typename Record>
absl::StatusOr<Decision> DecideSuspendRights(const DecisionContext& context,
                                             const RightsTarget& target,
                                             const std::string& reason,
                                             const std::string& actor) {
  COURANT_ASSIGN_OR_RETURN(CurrentRights<Record> current,
                           ReadCurrent<Record>(context, target));
  if (current.record.has_suspension()) {
    return CannotBe(target.name, /*is_suspended=*/true);
  }
  v1::Suspension& suspension = *current.record.mutable_suspension();
  suspension.set_reason(reason);
  suspension.set_actor(actor);
  *suspension.mutable_time() = storage::ToTimestamp(context.commit_time);
  return OneChange(v1::Change::RIGHTS_SUSPENDED, std::move(current.record),
                   std::move(current.row));
}

template <typename Record>
absl::StatusOr<Decision> DecideResumeRights(const DecisionContext& context,
                                            const RightsTarget& target) {
  COURANT_ASSIGN_OR_RETURN(CurrentRights<Record> current,
                           ReadCurrent<Record>(context, target));
  if (!current.record.has_suspension()) {
    return CannotBe(target.name, /*is_suspended=*/false);
  }
  current.record.clear_suspension();
  return OneChange(v1::Change::RIGHTS_RESUMED, std::move(current.record),
                   std::move(current.row));
}

#define COURANT_DECISIONS_OF(Record)                                   \
  template absl::StatusOr<Decision> DecideCreateRights<Record>(        \
      const DecisionContext&, Record);                                 \
  template absl::StatusOr<Decision> DecideUpdateRights<Record>(        \
      const DecisionContext&, const Record&,                           \
      const google::protobuf::FieldMask&);                             \
  template absl::StatusOr<Decision> DecideSuspendRights<Record>(       \
      const DecisionContext&, const RightsTarget&, const std::string&, \
      const std::string&);                                             \
  template absl::StatusOr<Decision> DecideResumeRights<Record>(        \
      const DecisionContext&, const RightsTarget&);

COURANT_DECISIONS_OF(v1::Partner)
COURANT_DECISIONS_OF(v1::Contract)
COURANT_DECISIONS_OF(v1::Grant)
COURANT_DECISIONS_OF(v1::Product)

#undef COURANT_DECISIONS_OF

}  // namespace courant

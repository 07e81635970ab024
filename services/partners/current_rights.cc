#include "services/partners/current_rights.h"

#include <utility>

#include "services/editorial/article_errors.h"
#include "services/partners/rights_kind.h"
#include "services/partners/stored_rights.h"
#include "storage/base/status_macros.h"
#include "storage/keys.h"

namespace courant {

using storage::PartnerStore;
using storage::v1::ArticleRow;

template <typename Record>
absl::StatusOr<CurrentRights<Record>> ReadCurrent(
    const storage::DecisionContext& context, const RightsTarget& target) {
  const PartnerStore store(context.view);
  COURANT_ASSIGN_OR_RETURN(std::optional<ArticleRow> row,
                           store.FindRow(target.name));
  if (!row) return ResourceNotFound(target.name);
  if (!target.etag.empty() && target.etag != row->etag()) {
    return EtagMismatch(target.name, *row);
  }
  COURANT_ASSIGN_OR_RETURN(std::optional<Record> record,
                           ReadStored<Record>(store, target.name));
  if (!record) return DamagedRights(target.name);
  return CurrentRights<Record>{.row = *std::move(row),
                               .record = *std::move(record)};
}

absl::Status RequireRights(const PartnerStore& store, absl::string_view name) {
  COURANT_ASSIGN_OR_RETURN(const std::optional<ArticleRow> row,
                           store.FindRow(name));
  return row ? absl::OkStatus() : ResourceNotFound(name);
}

template <typename Record>
storage::Decision OneChange(v1::Change::Kind kind, Record record,
                            std::optional<ArticleRow> before,
                            std::string credential) {
  storage::ChangeDraft draft;
  draft.kind = kind;
  draft.article_id = storage::RightsId(record.name());
  draft.credential = std::move(credential);
  draft.previous = std::move(before);
  draft.named = std::move(record);
  draft.attributes.set_resource(RightsKind<Record>::kResource);
  storage::Decision decision;
  decision.push_back(std::move(draft));
  return decision;
}

template absl::StatusOr<CurrentRights<v1::Partner>> ReadCurrent(
    const storage::DecisionContext&, const RightsTarget&);
template absl::StatusOr<CurrentRights<v1::Contract>> ReadCurrent(
    const storage::DecisionContext&, const RightsTarget&);
template absl::StatusOr<CurrentRights<v1::Grant>> ReadCurrent(
    const storage::DecisionContext&, const RightsTarget&);
template absl::StatusOr<CurrentRights<v1::Product>> ReadCurrent(
    const storage::DecisionContext&, const RightsTarget&);
template absl::StatusOr<CurrentRights<v1::ApiKey>> ReadCurrent(
    const storage::DecisionContext&, const RightsTarget&);
template storage::Decision OneChange(v1::Change::Kind, v1::Partner,
                                     std::optional<ArticleRow>, std::string);
template storage::Decision OneChange(v1::Change::Kind, v1::Contract,
                                     std::optional<ArticleRow>, std::string);
template storage::Decision OneChange(v1::Change::Kind, v1::Grant,
                                     std::optional<ArticleRow>, std::string);
template storage::Decision OneChange(v1::Change::Kind, v1::Product,
                                     std::optional<ArticleRow>, std::string);
template storage::Decision OneChange(v1::Change::Kind, v1::ApiKey,
                                     std::optional<ArticleRow>, std::string);

}  // namespace courant

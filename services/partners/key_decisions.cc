#include "services/partners/key_decisions.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/editorial/article_errors.h"
#include "services/partners/current_rights.h"
#include "services/partners/rights_name.h"
#include "services/partners/stored_rights.h"
#include "storage/base/status_macros.h"
#include "storage/entry_builder.h"
#include "storage/errors/reason.h"
#include "storage/partner_store.h"

namespace courant {
namespace {

using storage::Decision;
using storage::DecisionContext;
using storage::PartnerStore;
using storage::v1::ArticleRow;

absl::Status RequireRoomForKey(const PartnerStore& store,
                               absl::string_view partner, absl::Time now) {
  COURANT_ASSIGN_OR_RETURN(const std::vector<v1::ApiKey> keys,
                           KeysOf(store, partner));
  std::vector<std::string> live;
  for (const v1::ApiKey& key : keys) {
    if (IsLive(key, now)) live.push_back(key.name());
  }
  if (live.size() >= kMaxLiveKeys) {
    return MakeError(
        v1::LIMIT_REACHED,
        absl::StrCat(partner, " has ", live.size(), " live keys, ",
                     absl::StrJoin(live, " and "),
                     "; revoke the one that is not used any more, then make "
                     "the new one"),
        {{"limit", absl::StrCat(kMaxLiveKeys)}});
  }
  if (keys.size() < kMaxKeys) return absl::OkStatus();
  return MakeError(v1::LIMIT_REACHED,
                   absl::StrCat(partner, " has had ", kMaxKeys,
                                " keys; no more can be made"),
                   {{"limit", absl::StrCat(kMaxKeys)}});
}

}  // namespace

absl::StatusOr<std::vector<v1::ApiKey>> KeysOf(const PartnerStore& store,
                                               absl::string_view partner) {
  COURANT_ASSIGN_OR_RETURN(
      const std::vector<std::string> names,
      store.Names(storage::v1::API_KEY, absl::StrCat(partner, "/keys/"), "",
                  kMaxKeys));
  std::vector<v1::ApiKey> keys;
  for (const std::string& name : names) {
    COURANT_ASSIGN_OR_RETURN(std::optional<v1::ApiKey> key,
                             ReadStored<v1::ApiKey>(store, name));
    if (!key) return DamagedRights(name);
    keys.push_back(*std::move(key));
  }
  return keys;
}

bool IsLive(const v1::ApiKey& key, absl::Time time) {
  return !key.has_revoke_time() &&
         (!key.has_expire_time() ||
          time < storage::FromTimestamp(key.expire_time()));
}

absl::StatusOr<Decision> DecideCreateKey(const DecisionContext& context,
                                         v1::ApiKey key,
                                         const std::string& credential) {
  const PartnerStore store(context.view);
  const absl::string_view partner = PartnerOf(key.name());
  COURANT_RETURN_IF_ERROR(RequireRights(store, partner));
  COURANT_ASSIGN_OR_RETURN(const std::optional<ArticleRow> row,
                           store.FindRow(key.name()));
  if (row) return ResourceExists(key.name());
  if (!IsLive(key, context.now)) {
    return InvalidField("key.expire_time", "must be later than now");
  }
  COURANT_RETURN_IF_ERROR(RequireRoomForKey(store, partner, context.now));
  *key.mutable_create_time() = storage::ToTimestamp(context.commit_time);
  return OneChange(v1::Change::KEY_CREATED, std::move(key), std::nullopt,
                   credential);
}

absl::StatusOr<Decision> DecideRevokeKey(const DecisionContext& context,
                                         const RightsTarget& target) {
  COURANT_ASSIGN_OR_RETURN(CurrentRights<v1::ApiKey> current,
                           ReadCurrent<v1::ApiKey>(context, target));
  if (current.record.has_revoke_time()) {
    return MakeError(v1::ILLEGAL_TRANSITION,
                     absl::StrCat(target.name, " is revoked already"),
                     {{"state", "REVOKED"}, {"allowed", ""}});
  }
  *current.record.mutable_revoke_time() =
      storage::ToTimestamp(context.commit_time);
  return OneChange(v1::Change::KEY_REVOKED, std::move(current.record),
                   std::move(current.row));
}

}  // namespace courant

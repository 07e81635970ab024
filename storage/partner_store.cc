#include "storage/partner_store.h"

#include "storage/base/status_macros.h"
#include "storage/keys.h"

namespace courant::storage {
namespace {

// How many there are in the id of one.
int SlashesOf(v1::Resource kind) {
  switch (kind) {
    case v1::CONTRACT:
      return 4;
    case v1::GRANT:
      return 6;
    default:
      return 2;
  }
}

}  // namespace

absl::StatusOr<std::optional<v1::ArticleRow>> PartnerStore::FindRow(
    absl::string_view name) const {
  return view_.FindArticle(RightsId(name));
}

absl::StatusOr<std::optional<std::string>> PartnerStore::ReadAt(
    absl::string_view name, Sequence at) const {
  COURANT_ASSIGN_OR_RETURN(const std::optional<Sequence> sequence,
                           view_.FindRevisionAt(RightsId(name), at));
  if (!sequence) return std::nullopt;
  return view_.ReadArticleBytes(*sequence);
}

absl::StatusOr<std::vector<std::string>> PartnerStore::Names(
    v1::Resource kind, absl::string_view prefix, absl::string_view after,
    size_t limit) const {
  COURANT_ASSIGN_OR_RETURN(
      std::vector<std::string> names,
      view_.FindIds(RightsId(prefix), RightsId(after), SlashesOf(kind), limit));
  for (std::string& name : names) name.erase(0, 1);
  return names;
}

}  // namespace courant::storage

#include "storage/partner_store.h"

#include "absl/strings/match.h"
#include "storage/base/status_macros.h"
#include "storage/keys.h"

namespace courant::storage {
namespace {

// How many there are in the id of one.
int SlashesOf(v1::Resource kind) {
  switch (kind) {
    case v1::CONTRACT:
    case v1::API_KEY:
      return 4;
    case v1::GRANT:
      return 6;
    default:
      return 2;
  }
}

// Contracts and keys are side by side under their partner: the word after its
// id, "/partners/{partner}/keys/{key}", tells them apart.
bool IsOfKind(absl::string_view id, v1::Resource kind) {
  if (kind != v1::CONTRACT && kind != v1::API_KEY) return true;
  const size_t word = id.find('/', id.find('/', 1) + 1) + 1;
  return absl::StartsWith(id.substr(word),
                          kind == v1::API_KEY ? "keys/" : "contracts/");
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
  std::vector<std::string> names;
  std::string last = RightsId(after);
  while (names.size() < limit) {
    const size_t wanted = limit - names.size();
    COURANT_ASSIGN_OR_RETURN(
        std::vector<std::string> ids,
        view_.FindIds(RightsId(prefix), last, SlashesOf(kind), wanted));
    const bool at_end = ids.size() < wanted;
    if (!ids.empty()) last = ids.back();
    for (std::string& id : ids) {
      if (IsOfKind(id, kind)) names.push_back(id.substr(1));
    }
    if (at_end) break;
  }
  return names;
}

}  // namespace courant::storage

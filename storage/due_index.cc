#include "storage/due_index.h"

#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"
#include "storage/keys.h"

namespace courant::storage {
namespace {

// Walks the index forwards, earliest first, and asks `take` about each article
// until it says false.
template <typename Take>
absl::Status Walk(const Database& database, Take take) {
  const std::string prefix = ArticleIndexPrefix(ArticleIndex::kDue, "");
  const auto it = database.Iterate(Family::kArticleIndex);
  for (it->Seek(ToSlice(prefix));
       it->Valid() && it->key().starts_with(ToSlice(prefix)); it->Next()) {
    const std::optional<ArticleIndexPosition> position =
        DecodeArticleIndexKey(FromSlice(it->key()), prefix);
    if (!position) {
      return MakeError(courant::v1::DATA_CORRUPTED,
                       "the index of what is due is damaged");
    }
    if (!take(*position)) break;
  }
  return FromRocksDb(it->status(), "read what is due");
}

}  // namespace

absl::StatusOr<std::vector<DueArticle>> ReadDue(const Database& database,
                                                absl::Time now, size_t limit) {
  std::vector<DueArticle> due;
  COURANT_RETURN_IF_ERROR(
      Walk(database, [&](const ArticleIndexPosition& position) {
        if (position.list_time_us > absl::ToUnixMicros(now) ||
            due.size() == limit) {
          return false;
        }
        due.push_back(
            {absl::FromUnixMicros(position.list_time_us), position.article_id});
        return true;
      }));
  return due;
}

absl::StatusOr<std::optional<absl::Time>> NextDue(const Database& database) {
  std::optional<absl::Time> next;
  COURANT_RETURN_IF_ERROR(
      Walk(database, [&](const ArticleIndexPosition& position) {
        next = absl::FromUnixMicros(position.list_time_us);
        return false;
      }));
  return next;
}

}  // namespace courant::storage

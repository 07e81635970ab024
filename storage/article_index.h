#ifndef COURANT_STORAGE_ARTICLE_INDEX_H_
#define COURANT_STORAGE_ARTICLE_INDEX_H_

#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "storage/database.h"
#include "storage/keys.h"

namespace courant::storage {

// Walks the articles under one value of one index, newest first, equal times by
// id descending. Use from one thread. Typical:
//
//   ArticleCursor cursor(database, &snapshot, ArticleIndex::kSection, "sport");
//   for (cursor.SeekToNewest(); cursor.Valid(); cursor.Next()) {
//     Use(cursor.position().article_id);
//   }
//   COURANT_RETURN_IF_ERROR(cursor.status());
class ArticleCursor {
 public:
  // `snapshot` may be null, and must outlive the cursor otherwise.
  ArticleCursor(const Database& database, const Database::Snapshot* snapshot,
                ArticleIndex index, absl::string_view value);

  // To the newest article.
  void SeekToNewest();
  // To the newest article at or before `time`.
  void SeekTo(absl::Time time);
  // To the first article after `position` in the order of the walk.
  void SeekAfter(const ArticleIndexPosition& position);
  // To the next older article. Requires Valid().
  void Next();

  // False at the end of the walk, and after an error: check status().
  bool Valid() const { return position_.has_value(); }
  // Time and id of the article. Requires Valid().
  const ArticleIndexPosition& position() const { return *position_; }
  // OK, or why the walk ended early.
  absl::Status status() const;

 private:
  // To the last key before `limit`.
  void SeekBefore(const std::string& limit);
  void Decode();

  const std::string prefix_;
  const std::unique_ptr<rocksdb::Iterator> it_;
  std::optional<ArticleIndexPosition> position_;
};

}  // namespace courant::storage

#endif  // COURANT_STORAGE_ARTICLE_INDEX_H_

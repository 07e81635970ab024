#ifndef COURANT_STORAGE_ARTICLE_SCAN_H_
#define COURANT_STORAGE_ARTICLE_SCAN_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "courant/storage/v1/record.pb.h"
#include "rocksdb/iterator.h"
#include "storage/base/ids.h"
#include "storage/database.h"
#include "storage/view.h"

namespace courant::storage {

// Walks the rows of all articles by id, in the order of bytes, at one moment
// that it knows by the newest change in it. Translations and rights are passed
// over. Use from one thread; blocks on disk. Typical:
//
//   COURANT_ASSIGN_OR_RETURN(ArticleScan scan, ArticleScan::Begin(database));
//   for (scan.SeekAfter(last_id); scan.Valid(); scan.Next()) {
//     Use(scan.article_id(), scan.row());
//   }
//   COURANT_RETURN_IF_ERROR(scan.status());
//
// It pins the moment: while it lives, text that was taken away meanwhile stays
// readable through it and on disk. Keep it no longer than a message takes.
class ArticleScan {
 public:
  // The state now. `database` is not owned and must outlive the scan.
  //   DATA_LOSS  the newest change is under a damaged key.
  static absl::StatusOr<ArticleScan> Begin(const Database& database);

  // The newest change in it; 0 when there is none. May be some that readers of
  // the log are not told of yet, for as long as a commit takes to be announced.
  Sequence sequence() const { return sequence_; }

  // To the first article with an id after `article_id`; "" is before all.
  void SeekAfter(absl::string_view article_id);
  // To the next article. Requires Valid().
  void Next();

  // False at the end of the walk, and after an error: check status().
  bool Valid() const { return valid_; }
  // OK, or why the walk ended early: DATA_LOSS for a row that is damaged.
  const absl::Status& status() const { return status_; }

  // Of the article that the scan is at. Require Valid(). Good until it moves.
  const std::string& article_id() const { return article_id_; }
  const v1::ArticleRow& row() const { return row_; }

  // Everything else of the same moment. Must not outlive the scan.
  View view() const { return View(*database_, snapshot_.get()); }

 private:
  ArticleScan(const Database& database,
              std::unique_ptr<Database::Snapshot> snapshot, Sequence sequence);

  // Reads the row that the iterator is at, or the next one of an article.
  // Passes over all rights at once: their ids stand together.
  void Settle();

  const Database* database_;
  // Outlives it_.
  std::unique_ptr<Database::Snapshot> snapshot_;
  Sequence sequence_;
  std::unique_ptr<rocksdb::Iterator> it_;
  bool valid_ = false;
  absl::Status status_;
  std::string article_id_;
  v1::ArticleRow row_;
};

}  // namespace courant::storage

#endif  // COURANT_STORAGE_ARTICLE_SCAN_H_

#ifndef COURANT_STORAGE_CHANGE_LOG_H_
#define COURANT_STORAGE_CHANGE_LOG_H_

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "storage/applier.h"
#include "storage/article_scan.h"
#include "storage/base/ids.h"
#include "storage/database.h"
#include "storage/log_verifier.h"
#include "storage/view.h"

namespace courant::storage {

// How much one read returns.
struct ReadLimits {
  // At most so many changes; at least 1.
  size_t max_changes = 64;
  // About so many bytes, counted as stored; a single larger change is returned
  // alone.
  size_t max_bytes = 256 << 10;

  // Whether a read that has `changes` changes of `bytes` bytes takes one more.
  bool LeaveRoom(size_t changes, size_t bytes) const {
    return changes < max_changes && (changes == 0 || bytes < max_bytes);
  }
};

// Ordered, gap-free record of everything that happened to content. Sequences
// are dense: begin() .. tail().last_sequence can be read, and from floor() on
// every change has its text, unless a kill took it. Thread-safe; holds no lock
// while reading.
class ChangeLog {
 public:
  // Nothing is owned; both must outlive the change log.
  //   DATA_LOSS  the oldest record is damaged, or that of the newest trim.
  static absl::StatusOr<ChangeLog> Open(const Database& database,
                                        Applier& applier);

  // The oldest change that can be read; 1 in an empty log.
  Sequence begin() const { return begin_; }

  // Where readers may begin: from here on no text was let go. begin() at least.
  Sequence floor() const { return std::max(begin_, history().floor); }

  // What was let go of the history.
  History history() const { return applier_->history(); }

  // OK when no text after the change `after` was let go. For who follows the
  // log: to be asked after reading, since what was read may have been let go
  // just before.
  //   OUT_OF_RANGE / RESUME_TOKEN_EXPIRED  `after` < floor() - 1.
  absl::Status CheckKept(Sequence after) const;

  // Where the log ends, for readers.
  Tail tail() const { return applier_->applied(); }

  // Changes with a sequence greater than `after`, ascending, at least one if
  // any exists. Empty at the tail. Blocks on disk.
  //   OUT_OF_RANGE / RESUME_TOKEN_EXPIRED  `after` < begin() - 1.
  //   DATA_LOSS                            a record is missing or damaged.
  absl::StatusOr<std::vector<SharedEntry>> Read(Sequence after,
                                                const ReadLimits& limits) const;

  // The chain digest at `sequence`, which must be 0 or between begin() and the
  // tail.
  //   OUT_OF_RANGE / SEQUENCE_IN_FUTURE, RESUME_TOKEN_EXPIRED  it is not.
  //   DATA_LOSS                                                damaged.
  absl::StatusOr<ChainDigest> DigestAt(Sequence sequence) const;

  // The newest change that was committed at `time` or before; begin() - 1 when
  // there is none. About 20 reads of the disk for a million changes.
  //   DATA_LOSS  a record is missing or damaged.
  absl::StatusOr<Sequence> NewestAt(absl::Time time) const;

  // Reads the whole log and checks it: sequences are dense, the chain holds
  // from the first change to the last, frames end where it says, every article
  // has the digest that was recorded for it, and articles are missing exactly
  // where a later change took them away. Blocks on disk for as long as reading
  // everything takes; changes go on meanwhile and are not looked at.
  //   DATA_LOSS  it is not so; the text names the first change that is wrong.
  absl::StatusOr<VerifiedLog> VerifyAll(
      const VerifyProgress& on_progress = nullptr) const {
    return LogVerifier(*database_, tail()).Run(begin_, on_progress);
  }

  // The rows of all articles as they are now, to be walked: what the changes so
  // far have come to. Errors as ArticleScan::Begin().
  absl::StatusOr<ArticleScan> ScanArticles() const {
    return ArticleScan::Begin(*database_);
  }

  // The row of an article as it is now, with everything up to tail(); nothing
  // when there is none. Errors as View::FindArticle().
  absl::StatusOr<std::optional<v1::ArticleRow>> FindArticle(
      absl::string_view article_id) const {
    return View(*database_).FindArticle(article_id);
  }

  // Waits until the change `sequence` can be read. False when `timeout` ran out
  // first.
  bool WaitFor(Sequence sequence, absl::Duration timeout) const {
    return applier_->WaitFor(sequence, timeout);
  }

 private:
  ChangeLog(const Database& database, Applier& applier, Sequence begin)
      : database_(&database), applier_(&applier), begin_(begin) {}

  const Database* database_;
  Applier* applier_;
  Sequence begin_;
};

}  // namespace courant::storage

#endif  // COURANT_STORAGE_CHANGE_LOG_H_

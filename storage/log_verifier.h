#ifndef COURANT_STORAGE_LOG_VERIFIER_H_
#define COURANT_STORAGE_LOG_VERIFIER_H_

#include <memory>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/base/ids.h"
#include "storage/database.h"
#include "storage/frame.h"
#include "storage/verified_log.h"

namespace courant::storage {

// Checks a log, one change after the other: all of it for
// ChangeLog::VerifyAll(), its end when it is opened. Use once, from one thread.
class LogVerifier {
 public:
  // `database` is not owned and must outlive the verifier. What comes after
  // `tail` is not looked at.
  LogVerifier(const Database& database, const Tail& tail);

  // Checks the changes from `floor` on: dense, chained, in frames that end
  // where they say, every article with its recorded digest, and articles
  // missing exactly where a later change took them away. Blocks on disk.
  //   DATA_LOSS  it is not so; the text names the first wrong change.
  absl::StatusOr<VerifiedLog> Run(Sequence floor,
                                  const VerifyProgress& on_progress = nullptr);

 private:
  // To the frame that the change `sequence` is in.
  void SeekFrame(Sequence sequence);
  // The change `entry` under the key `expected`.
  absl::Status CheckChange(const Entry& entry, uint64_t expected);
  // Its article, or that it was taken away.
  absl::Status CheckArticle(const Entry& entry);
  // The frame that ends with `entry`, if one does.
  absl::Status CheckFrame(const Entry& entry);

  const Database& database_;
  const Tail tail_;
  // At the frame of the next change; moves along with the changes.
  const std::unique_ptr<rocksdb::Iterator> frames_;
  VerifiedLog seen_;
  // After the change before. Nothing when history before it is not kept.
  std::optional<ChainDigest> chain_;
  std::optional<v1::FrameHeader> frame_before_;
  // Changes whose article is missing, and who must still say to have taken it.
  absl::flat_hash_map<uint64_t, uint64_t> unexplained_;
};

}  // namespace courant::storage

#endif  // COURANT_STORAGE_LOG_VERIFIER_H_

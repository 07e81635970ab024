#ifndef COURANT_STORAGE_RECOVERY_H_
#define COURANT_STORAGE_RECOVERY_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "storage/database.h"
#include "storage/frame.h"
#include "storage/watermark.h"

// Decides, before anything on disk is changed, whether a data folder has all
// that was acknowledged. The rules, and why they are these:
// storage/doc/adr/0004.
namespace courant::storage {

// How a folder may be opened.
struct RecoveryPlan {
  // End the write-ahead log at its first bad byte: see DatabaseOptions.
  bool salvage = false;
  // The operator has accepted what is lost: a new epoch begins.
  bool loss_accepted = false;
};

// Looks at the database in `db_dir` and at its watermark. Changes nothing.
// `accepted` is the change that the operator named, if any.
//   DATA_LOSS    it may not be opened. The text says what is wrong, what to do,
//                and, if something can be kept, up to which change.
//   UNAVAILABLE  it could not be read.
absl::StatusOr<RecoveryPlan> PlanRecovery(const std::string& db_dir,
                                          const DatabaseOptions& options,
                                          const WatermarkFile& watermark_file,
                                          std::optional<Sequence> accepted);

// Checks that a log that ends at `tail` and lies in `database` has all that
// `mark` covers. `log_id` is the log's own. Nothing for `mark` when there is no
// watermark.
//   DATA_LOSS  it has not; with advice.
absl::Status CheckWatermark(const std::optional<Watermark>& mark,
                            absl::string_view watermark_path,
                            absl::string_view log_id, const Tail& tail,
                            const Database& database);

// `why`, with advice if it is DATA_LOSS: for a folder of which no part can be
// opened.
absl::Status Irreparable(const absl::Status& why);

// Which manifest says what files the database in `db_dir` has, in words. Asked
// before it is opened: then there is a new one.
std::string SaidByManifest(rocksdb::FileSystem& files,
                           const std::string& db_dir);

// `why` with those words and, of DATA_LOSS, the tables that cannot be opened:
// damage to a manifest, or to CURRENT, shows as a file or a change that is not
// there, and of some damage to a table RocksDB says only which manifest lists
// it. For DATA_LOSS and UNAVAILABLE; others are as they were.
absl::Status NameFiles(const absl::Status& why, absl::string_view said,
                       rocksdb::Env& env, const std::string& db_dir);

// DATA_LOSS that says `what` is wrong and how to go on from `tail`.
absl::Status LostUpTo(absl::string_view what, const Tail& tail);

}  // namespace courant::storage

#endif  // COURANT_STORAGE_RECOVERY_H_

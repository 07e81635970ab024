#ifndef COURANT_STORAGE_DISK_ERASER_H_
#define COURANT_STORAGE_DISK_ERASER_H_

#include <atomic>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "rocksdb/file_system.h"
#include "storage/base/mutex.h"
#include "storage/database.h"
#include "storage/storage_metrics.h"

namespace courant::storage {

// Makes sure that articles which a change took away are in no file any more.
// Writing a record again does not do that: the old one stays in the write-ahead
// log until its file is dropped, and in sorted files until they are merged with
// newer ones, which may be never. A marker in the database, written together
// with the change, says what is owed, so that a crash only delays it.
//
// Owns a thread that looks for markers once in an interval. Thread-safe.
class DiskEraser {
 public:
  // `database` and `metrics` are not owned and must outlive the eraser.
  // `db_dir` is the folder of `database`, in `file_system`. `interval` is the
  // time between looks, and the shortest one between attempts.
  DiskEraser(Database& database, StorageMetrics& metrics,
             std::shared_ptr<rocksdb::FileSystem> file_system,
             std::string db_dir, absl::Duration interval);

  // Gives up what is going on; the markers stay.
  ~DiskEraser() ABSL_LOCKS_EXCLUDED(mu_);

  DiskEraser(const DiskEraser&) = delete;
  DiskEraser& operator=(const DiskEraser&) = delete;

  // Does what is owed now: writes out what is in memory, merges every file that
  // may hold an erased article down to the last level, and waits until the old
  // files are deleted. Blocks; one caller at a time, others wait. OK when no
  // file of the database holds the articles any more. What the device or the
  // file system keeps of deleted files, and copies of the folder, are out of
  // its reach.
  //   ABORTED  not yet: somebody still reads the state before the erasure, or
  //            the eraser is stopping. The markers stay; try again.
  //   others   as Database::WriteDurably.
  absl::Status EraseNow() ABSL_LOCKS_EXCLUDED(pass_mu_, mu_);

  // Changes that took something away and whose marker is still there.
  //   UNAVAILABLE, DATA_LOSS  as Database::Get
  absl::StatusOr<std::vector<Sequence>> Owed() const;

 private:
  // Keys in kChange of the articles that they took away, sorted.
  absl::StatusOr<std::set<std::string>> ErasedKeys(
      const std::vector<Sequence>& owed) const;
  absl::Status RemoveFromFiles(const std::set<std::string>& keys)
      ABSL_LOCKS_EXCLUDED(mu_);
  // Waits until nobody reads a state from before now: a merge keeps what a
  // snapshot can see. Later snapshots do no harm.
  absl::Status AwaitReaders() ABSL_LOCKS_EXCLUDED(mu_);
  // The number of the write-ahead log that is written now.
  absl::StatusOr<uint64_t> CurrentLog() const;
  // Names of write-ahead logs up to the number `newest`, without the current
  // one.
  absl::StatusOr<std::set<std::string>> LogsUpTo(uint64_t newest) const;
  // Waits until none of `files` is there.
  absl::Status AwaitDeletion(const std::set<std::string>& files)
      ABSL_LOCKS_EXCLUDED(mu_);
  // Waits for `time`. False when the eraser is stopping.
  bool Pause(absl::Duration time) ABSL_LOCKS_EXCLUDED(mu_);
  void Run() ABSL_LOCKS_EXCLUDED(pass_mu_, mu_);

  Database& database_;
  StorageMetrics& metrics_;
  const std::shared_ptr<rocksdb::FileSystem> file_system_;
  const std::string db_dir_;
  const absl::Duration interval_;

  // Held by who erases. Comes before mu_.
  Mutex pass_mu_ ABSL_ACQUIRED_BEFORE(mu_);
  // What RocksDB looks at while it merges files.
  std::atomic<bool> canceled_{false};

  Mutex mu_;
  CondVar stop_cv_;
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  std::thread thread_;
};

}  // namespace courant::storage

#endif  // COURANT_STORAGE_DISK_ERASER_H_

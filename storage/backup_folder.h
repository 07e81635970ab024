#ifndef COURANT_STORAGE_BACKUP_FOLDER_H_
#define COURANT_STORAGE_BACKUP_FOLDER_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "rocksdb/env.h"
#include "storage/database.h"
#include "storage/watermark.h"

namespace courant::storage {

// Names a backup in its folder, from 1. Never given twice while the folder is
// kept.
using BackupId = uint32_t;

// What is known of a backup without reading its files.
struct BackupRecord {
  BackupId id = 0;
  // To the second, by the clock of the machine that made it.
  absl::Time create_time;
  // Of all its files, also of those that it shares with other backups.
  uint64_t bytes = 0;
  uint32_t files = 0;
  // Everything up to here is in it, and perhaps a little of what came while it
  // was made.
  Watermark mark;
  // Why it cannot be restored, as far as can be seen without reading it; else
  // OK. Of one that is not OK, the rest may be empty.
  absl::Status state;
};

// A folder of backups of one log, outside of the data folder:
//
//   shared_checksum/  tables, each once, however many backups have it
//   private/N/        the rest of backup N: the write-ahead log and small files
//   meta/N            which files it has, with their checksums; its watermark
//   KILLS             what was killed and when: see KillBook
//
// The first three are RocksDB's BackupEngine's. storage/doc/adr/0007 says what
// a backup promises, and why it is made so.
//
// Thread-safe, but Create and Prune must not run at the same time as another of
// them on the same folder, also not in another process. Everything blocks on
// the disk.
class BackupFolder {
 public:
  // Nothing is opened or made before the first call. `env` is not owned and
  // must outlive this.
  explicit BackupFolder(std::string path,
                        rocksdb::Env* env = rocksdb::Env::Default())
      : path_(std::move(path)), env_(env) {}

  // Makes a backup of `database`, which is written to meanwhile, and checks
  // nothing but what is copied on the way. Tables that an earlier backup has
  // are not copied again. `mark` is where the log stood just before.
  // `on_progress` is called now and then, at least every 4 MiB, from another
  // thread.
  //   FAILED_PRECONDITION  the folder has backups of another log
  //   others               as Database's
  absl::StatusOr<BackupRecord> Create(
      const Database& database, const Watermark& mark,
      const std::function<void()>& on_progress) const;

  // All backups, oldest first. Empty where there is no folder.
  absl::StatusOr<std::vector<BackupRecord>> List() const;

  // Reads every file of a backup and compares sizes and checksums.
  //   NOT_FOUND  there is no such backup
  //   DATA_LOSS  a file is damaged or missing; the text names it
  absl::Status Verify(BackupId id) const;

  // Deletes the oldest backups, so that `keep` are left that can be restored,
  // at least 1. The number of those deleted.
  absl::StatusOr<int> Prune(int keep) const;

  // Copies the database of a backup into the folder `db_dir`, which is made.
  // Checks sizes and checksums on the way. Call Verify first, which names what
  // is wrong before anything is written. Errors as Verify and Database's.
  absl::Status CopyTo(BackupId id, const std::string& db_dir) const;

  const std::string& path() const { return path_; }

 private:
  const std::string path_;
  rocksdb::Env* const env_;
};

}  // namespace courant::storage

#endif  // COURANT_STORAGE_BACKUP_FOLDER_H_

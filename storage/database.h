#ifndef COURANT_STORAGE_DATABASE_H_
#define COURANT_STORAGE_DATABASE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "rocksdb/db.h"
#include "storage/keys.h"
#include "storage/space_guard.h"

namespace courant::storage {

// How much memory and disk the database may use. Options that guard the data
// are not choices: they are set in database.cc, with the reason for each.
struct DatabaseOptions {
  // Behaviour.

  // Where files go. Not owned; must outlive the database. Tests give one that
  // forgets what was not synced.
  rocksdb::Env* env = rocksdb::Env::Default();
  // Ends the write-ahead log at its first bad byte instead of refusing it. Only
  // after PlanRecovery has found that nothing that counts comes behind that, or
  // that the operator has accepted the loss: what comes behind is gone then.
  bool salvage = false;
  // Never waits for the disk: a power cut takes acknowledged writes back. For
  // a folder that is being filled and that nobody opens before it is done (see
  // LogImport), and for tests that make a million commits and never lose power;
  // nothing in the configuration leads here.
  bool unsafe_no_sync = false;
  // Called from a thread of RocksDB when it can write no more until it is
  // opened again. The text says why. Must not call the database. A full disk is
  // no reason: it goes on by itself.
  std::function<void(const std::string&)> on_background_error;

  // So many bytes of the disk are left free: below that nothing is written, and
  // writes are refused until there is room again. 0: as long as there is any.
  uint64_t reserved_bytes = 0;

  // Performance.

  // Bytes of uncompressed blocks kept in memory.
  size_t block_cache_bytes = size_t{256} << 20;
  // Bytes collected in memory before a file of changes is written.
  size_t write_buffer_bytes = size_t{64} << 20;
  // Bytes of write-ahead log; bounds the time to open after a crash (about 190
  // MB/s were read back on the reference machine).
  uint64_t max_wal_bytes = uint64_t{64} << 20;
};

// The RocksDB under everything: one instance, one column family per Family.
// Turns rocksdb::Status into absl::Status. Thread-safe.
//
// Errors of every method, unless it says otherwise:
//   DATA_LOSS           a checksum or a record is wrong; names the file when
//                       RocksDB does.
//   RESOURCE_EXHAUSTED  the disk is full.
//   UNAVAILABLE         another I/O error. After a write it is not known
//                       whether the write will be there after a restart.
class Database {
 public:
  // A consistent, read-only state, held until destroyed.
  class Snapshot {
   public:
    explicit Snapshot(rocksdb::DB& db) : db_(db), snapshot_(db.GetSnapshot()) {}
    ~Snapshot() { db_.ReleaseSnapshot(snapshot_); }
    Snapshot(const Snapshot&) = delete;
    Snapshot& operator=(const Snapshot&) = delete;
    const rocksdb::Snapshot* get() const { return snapshot_; }

   private:
    rocksdb::DB& db_;
    const rocksdb::Snapshot* const snapshot_;
  };

  // Opens the database in folder `path`, making it when there is none, and any
  // family that it does not have yet. Blocks while the write-ahead log is read.
  //   FAILED_PRECONDITION  it has families that this program does not know.
  static absl::StatusOr<std::unique_ptr<Database>> Open(
      const std::string& path, const DatabaseOptions& options);

  // Opens it to look: as it would be if its write-ahead log ended at the first
  // bad byte. Changes nothing on disk and locks nothing; writes fail. Families
  // that it does not have yet must not be read.
  static absl::StatusOr<std::unique_ptr<Database>> OpenReadOnly(
      const std::string& path, const DatabaseOptions& options);

  // The value of `key` in kMeta, or nothing, of a database that may be of any
  // version: families that this program does not know are not looked at. As if
  // its write-ahead log ended at the first bad byte. Writes nothing, not even a
  // line about having been here. Reads the write-ahead log.
  static absl::StatusOr<std::optional<std::string>> Peek(
      const std::string& path, const DatabaseOptions& options,
      absl::string_view key);

  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // How far a read goes.
  enum class Reach {
    kDisk,
    // What is in memory, and no further: never blocks.
    kMemory,
  };

  // The value of `key`, or nothing when there is none. `snapshot` may be null:
  // then the latest state.
  //   see NeedsDisk()  `reach` is memory, and it is not known there
  absl::StatusOr<std::optional<std::string>> Get(
      Family family, absl::string_view key, const Snapshot* snapshot = nullptr,
      Reach reach = Reach::kDisk) const;

  // Iterates a family. Not positioned. The caller must check status() when it
  // is no longer Valid(): an error ends an iteration like the end does.
  std::unique_ptr<rocksdb::Iterator> Iterate(Family family,
                                             const Snapshot* snapshot = nullptr,
                                             size_t readahead_bytes = 0) const;

  // Writes `batch` atomically and returns when it is on stable storage. There
  // is no other way to write: at most one write is not synced at any time, and
  // that is how the end of a log that lost power is told from a damaged one.
  //
  // RESOURCE_EXHAUSTED means that nothing of it was written and nothing will
  // be: it can be repeated as it is.
  absl::Status WriteDurably(rocksdb::WriteBatch* batch);

  // Another number of bytes that writes leave free; see DatabaseOptions.
  void ReserveBytes(uint64_t bytes) { guard_.Reserve(bytes); }
  uint64_t reserved_bytes() const { return guard_.reserved(); }

  // Whether writes are refused now because the disk is full. Asks the system.
  bool IsFull() const { return !guard_.Check().ok(); }

  // Reads every table, also those that a check of the log does not need, and
  // compares its checksums. Blocks for as long as that takes.
  //   DATA_LOSS  a table is damaged; the text names it
  absl::Status VerifyFiles() const;

  // Moves what is only in the write-ahead log to tables, if that is so much
  // that the next Open() would be some time reading it. For a clean end; best
  // effort, since nothing is lost without it.
  void ShortenNextOpen();

  std::unique_ptr<Snapshot> TakeSnapshot() const {
    return std::make_unique<Snapshot>(*db_);
  }

  rocksdb::ColumnFamilyHandle* handle(Family family) const {
    return handles_[static_cast<size_t>(family)];
  }
  // For metrics and maintenance.
  rocksdb::DB& rocksdb() const { return *db_; }

 private:
  Database(std::unique_ptr<rocksdb::Env> env, std::unique_ptr<rocksdb::DB> db,
           std::vector<rocksdb::ColumnFamilyHandle*> handles,
           const std::string& path, const DatabaseOptions& options);

  // Constant after construction.
  const std::unique_ptr<rocksdb::Env> env_;  // outlives db_
  const std::unique_ptr<rocksdb::DB> db_;
  const std::vector<rocksdb::ColumnFamilyHandle*> handles_;
  const bool sync_;
  SpaceGuard guard_;
};

// RocksDB's view of `text`, valid as long as `text` is.
inline rocksdb::Slice ToSlice(absl::string_view text) {
  return rocksdb::Slice(text.data(), text.size());
}
inline absl::string_view FromSlice(const rocksdb::Slice& slice) {
  return absl::string_view(slice.data(), slice.size());
}

// Whether `error` says that a read within memory came to its end.
bool NeedsDisk(const absl::Status& error);

// The only place where a rocksdb::Status is translated. `doing` says what was
// tried, e.g. "open the database".
absl::Status FromRocksDb(const rocksdb::Status& status,
                         absl::string_view doing);

}  // namespace courant::storage

#endif  // COURANT_STORAGE_DATABASE_H_

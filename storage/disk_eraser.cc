#include "storage/disk_eraser.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "rocksdb/file_system.h"
#include "rocksdb/transaction_log.h"
#include "storage/base/status_macros.h"
#include "storage/erasure.h"
#include "storage/errors/reason.h"

namespace courant::storage {
namespace {

// How long to wait for RocksDB to delete files, and for readers of an older
// state; and how often to look. Who is in the middle of a page keeps both.
constexpr absl::Duration kDeletionPatience = absl::Seconds(30);
constexpr absl::Duration kReaderPatience = absl::Seconds(2);
constexpr absl::Duration kLook = absl::Milliseconds(20);

// Between attempts that fail one after the other, at most.
constexpr absl::Duration kMaxBackoff = absl::Minutes(5);

absl::Status NotYet(absl::string_view why) {
  return absl::AbortedError(
      absl::StrCat("erased articles are still in files: ", why));
}

// Live files of the change log that may hold `key`.
std::vector<rocksdb::SstFileMetaData> FilesWith(
    const rocksdb::ColumnFamilyMetaData& family, const std::string& key) {
  std::vector<rocksdb::SstFileMetaData> found;
  for (const rocksdb::LevelMetaData& level : family.levels) {
    for (const rocksdb::SstFileMetaData& file : level.files) {
      if (file.smallestkey <= key && key <= file.largestkey) {
        found.push_back(file);
      }
    }
  }
  return found;
}

rocksdb::ColumnFamilyMetaData ChangeFiles(const Database& database) {
  rocksdb::ColumnFamilyMetaData family;
  database.rocksdb().GetColumnFamilyMetaData(database.handle(Family::kChange),
                                             &family);
  return family;
}

}  // namespace

DiskEraser::DiskEraser(Database& database, StorageMetrics& metrics,
                       std::shared_ptr<rocksdb::FileSystem> file_system,
                       std::string db_dir, absl::Duration interval)
    : database_(database),
      metrics_(metrics),
      file_system_(std::move(file_system)),
      db_dir_(std::move(db_dir)),
      interval_(interval),
      thread_([this] { Run(); }) {}

DiskEraser::~DiskEraser() {
  {
    MutexLock lock(mu_);
    stopping_ = true;
  }
  canceled_.store(true);
  stop_cv_.SignalAll();
  thread_.join();
}

bool DiskEraser::Pause(absl::Duration time) {
  MutexLock lock(mu_);
  if (!stopping_) stop_cv_.WaitFor(mu_, time);
  return !stopping_;
}

void DiskEraser::Run() {
  absl::Duration wait = interval_;
  do {
    // An error of the disk is told to the owner of the database by RocksDB;
    // here it only means that the markers stay.
    wait = EraseNow().ok() ? interval_ : std::min(2 * wait, kMaxBackoff);
  } while (Pause(wait));
}

absl::Status DiskEraser::EraseNow() {
  MutexLock turn(pass_mu_);
  COURANT_ASSIGN_OR_RETURN(const std::vector<Sequence> owed, Owed());
  metrics_.ErasuresOwed(owed.size());
  if (owed.empty()) return absl::OkStatus();
  COURANT_ASSIGN_OR_RETURN(const std::set<std::string> keys, ErasedKeys(owed));
  COURANT_RETURN_IF_ERROR(RemoveFromFiles(keys));
  rocksdb::WriteBatch done;
  for (const Sequence sequence : owed) {
    COURANT_RETURN_IF_ERROR(
        FromRocksDb(done.Delete(database_.handle(Family::kMeta),
                                ToSlice(ErasureKey(sequence))),
                    "stage"));
  }
  COURANT_RETURN_IF_ERROR(database_.WriteDurably(&done));
  metrics_.ErasuresOwed(0);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Sequence>> DiskEraser::Owed() const {
  std::vector<Sequence> owed;
  const auto it = database_.Iterate(Family::kMeta);
  for (it->Seek(ToSlice(kErasurePrefix));
       it->Valid() && it->key().starts_with(ToSlice(kErasurePrefix));
       it->Next()) {
    const std::optional<uint64_t> sequence =
        DecodeNumber(absl::StripPrefix(FromSlice(it->key()), kErasurePrefix));
    if (!sequence) {
      return MakeError(courant::v1::DATA_CORRUPTED,
                       "the marker of an erasure is damaged");
    }
    owed.emplace_back(*sequence);
  }
  COURANT_RETURN_IF_ERROR(FromRocksDb(it->status(), "read what is owed"));
  return owed;
}

absl::StatusOr<std::set<std::string>> DiskEraser::ErasedKeys(
    const std::vector<Sequence>& owed) const {
  std::set<std::string> keys;
  for (const Sequence sequence : owed) {
    COURANT_ASSIGN_OR_RETURN(
        const std::optional<std::string> bytes,
        database_.Get(Family::kChange, EncodeNumber(sequence.value())));
    if (!bytes) {
      return MakeError(
          courant::v1::DATA_CORRUPTED,
          absl::StrCat("change ", sequence.value(), " is missing"));
    }
    COURANT_ASSIGN_OR_RETURN(const Entry entry, DecodeEntry(*bytes));
    for (const Sequence erased : ErasedSequences(entry.facts)) {
      keys.insert(EncodeNumber(erased.value()));
    }
  }
  return keys;
}

absl::Status DiskEraser::RemoveFromFiles(const std::set<std::string>& keys) {
  rocksdb::DB& db = database_.rocksdb();
  COURANT_RETURN_IF_ERROR(AwaitReaders());
  std::vector<rocksdb::ColumnFamilyHandle*> families;
  families.reserve(kFamilies.size());
  for (const Family family : kFamilies) {
    families.push_back(database_.handle(family));
  }
  // What is written meanwhile is newer than what is owed.
  COURANT_ASSIGN_OR_RETURN(const uint64_t newest_log, CurrentLog());
  COURANT_RETURN_IF_ERROR(
      FromRocksDb(db.Flush(rocksdb::FlushOptions(), families), "flush"));
  COURANT_ASSIGN_OR_RETURN(std::set<std::string> old, LogsUpTo(newest_log));
  std::set<std::string> old_tables;
  const rocksdb::ColumnFamilyMetaData flushed = ChangeFiles(database_);
  for (const std::string& key : keys) {
    for (const auto& file : FilesWith(flushed, key)) {
      old_tables.insert(file.relative_filename);
    }
  }
  const auto is_old = [&](const rocksdb::SstFileMetaData& file) {
    return old_tables.contains(file.relative_filename);
  };
  rocksdb::CompactRangeOptions options;
  options.bottommost_level_compaction =
      rocksdb::BottommostLevelCompaction::kForce;
  options.exclusive_manual_compaction = false;
  options.canceled = &canceled_;
  for (const std::string& key : keys) {
    // What one merge has done for its neighbours is not done again.
    const auto files = FilesWith(ChangeFiles(database_), key);
    if (std::none_of(files.begin(), files.end(), is_old)) continue;
    const rocksdb::Slice only = ToSlice(key);
    const rocksdb::Status merged = db.CompactRange(
        options, database_.handle(Family::kChange), &only, &only);
    if (merged.IsIncomplete()) return NotYet("stopping");
    COURANT_RETURN_IF_ERROR(FromRocksDb(merged, "merge files"));
  }
  const rocksdb::ColumnFamilyMetaData merged = ChangeFiles(database_);
  for (const std::string& key : keys) {
    const auto files = FilesWith(merged, key);
    // Two could be an older record below a newer one that RocksDB moved about
    // at the same time.
    if (files.size() > 1 || std::any_of(files.begin(), files.end(), is_old)) {
      return NotYet("files changed meanwhile");
    }
  }
  old.merge(old_tables);
  return AwaitDeletion(old);
}

absl::Status DiskEraser::AwaitReaders() {
  rocksdb::DB& db = database_.rocksdb();
  const rocksdb::SequenceNumber now = db.GetLatestSequenceNumber();
  const absl::Time deadline = absl::Now() + kReaderPatience;
  while (true) {
    uint64_t oldest = 0;
    if (!db.GetIntProperty(rocksdb::DB::Properties::kOldestSnapshotSequence,
                           &oldest) ||
        oldest == 0 || oldest >= now) {
      return absl::OkStatus();
    }
    if (absl::Now() > deadline) return NotYet("a snapshot from before is held");
    if (!Pause(kLook)) return NotYet("stopping");
  }
}

absl::StatusOr<uint64_t> DiskEraser::CurrentLog() const {
  std::unique_ptr<rocksdb::LogFile> current;
  COURANT_RETURN_IF_ERROR(FromRocksDb(
      database_.rocksdb().GetCurrentWalFile(&current), "find the current log"));
  return current->LogNumber();
}

absl::StatusOr<std::set<std::string>> DiskEraser::LogsUpTo(
    uint64_t newest) const {
  // The current one, if it is among them, is one that nothing was in.
  COURANT_ASSIGN_OR_RETURN(const uint64_t current, CurrentLog());
  std::vector<std::string> names;
  COURANT_RETURN_IF_ERROR(FromRocksDb(
      file_system_->GetChildren(db_dir_, rocksdb::IOOptions(), &names, nullptr),
      absl::StrCat("list ", db_dir_)));
  std::set<std::string> logs;
  for (const std::string& name : names) {
    uint64_t number = 0;
    if (absl::EndsWith(name, ".log") &&
        absl::SimpleAtoi(absl::StripSuffix(name, ".log"), &number) &&
        number <= newest && number < current) {
      uint64_t bytes = 0;
      // An empty one that was there when the database was opened may stay for
      // as long as it is open; there is nothing in it. One that cannot be
      // looked at is gone, or waited for.
      const bool is_empty =
          file_system_
              ->GetFileSize(absl::StrCat(db_dir_, "/", name),
                            rocksdb::IOOptions(), &bytes, nullptr)
              .ok() &&
          bytes == 0;
      if (!is_empty) logs.insert(name);
    }
  }
  return logs;
}

absl::Status DiskEraser::AwaitDeletion(const std::set<std::string>& files) {
  const absl::Time deadline = absl::Now() + kDeletionPatience;
  for (const std::string& name : files) {
    while (!file_system_
                ->FileExists(absl::StrCat(db_dir_, "/", name),
                             rocksdb::IOOptions(), nullptr)
                .IsNotFound()) {
      if (absl::Now() > deadline) return NotYet(absl::StrCat(name, " in use"));
      if (!Pause(kLook)) return NotYet("stopping");
    }
  }
  return absl::OkStatus();
}

}  // namespace courant::storage

#include "storage/backup_folder.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "rocksdb/utilities/backup_engine.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant::storage {
namespace {

using rocksdb::BackupEngine;
using rocksdb::BackupEngineOptions;
using rocksdb::BackupEngineReadOnly;
using rocksdb::BackupInfo;

BackupEngineOptions OptionsFor(const std::string& path, rocksdb::Env* env) {
  BackupEngineOptions options(path, env);
  // What is answered is on stable storage, here too.
  options.sync = true;
  // A table is known by who wrote it, when: two histories of one log, from a
  // restore, never take each other's for theirs.
  options.share_table_files = true;
  options.share_files_with_checksum = true;
  // A flush of each family has its own moment; the log is what joins them.
  options.backup_log_files = true;
  return options;
}

absl::Status NoSuchBackup(BackupId id, const std::string& path) {
  return MakeError(courant::v1::RESOURCE_NOT_FOUND,
                   absl::StrCat("there is no backup ", id, " in ", path),
                   {{"resource", absl::StrCat("backups/", id)}});
}

absl::StatusOr<std::unique_ptr<BackupEngineReadOnly>> OpenToRead(
    const std::string& path, rocksdb::Env* env) {
  BackupEngineReadOnly* raw = nullptr;
  COURANT_RETURN_IF_ERROR(
      FromRocksDb(BackupEngineReadOnly::Open(OptionsFor(path, env), env, &raw),
                  absl::StrCat("open the backups in ", path)));
  return std::unique_ptr<BackupEngineReadOnly>(raw);
}

absl::StatusOr<std::unique_ptr<BackupEngine>> OpenToWrite(
    const std::string& path, rocksdb::Env* env) {
  BackupEngine* raw = nullptr;
  COURANT_RETURN_IF_ERROR(
      FromRocksDb(BackupEngine::Open(OptionsFor(path, env), env, &raw),
                  absl::StrCat("open the backups in ", path)));
  return std::unique_ptr<BackupEngine>(raw);
}

BackupRecord RecordOf(const BackupInfo& info) {
  BackupRecord record{.id = info.backup_id,
                      .create_time = absl::FromUnixSeconds(info.timestamp),
                      .bytes = info.size,
                      .files = info.number_files};
  if (const auto mark = DecodeWatermark(info.app_metadata)) {
    record.mark = *mark;
  } else {
    record.state = MakeError(courant::v1::DATA_CORRUPTED,
                             absl::StrCat("meta/", info.backup_id,
                                          " does not say what the backup has"));
  }
  return record;
}

// Why RocksDB does not take a backup for one, in the words of its check.
absl::Status WhyCorrupt(const BackupEngineReadOnly& engine, BackupId id) {
  const rocksdb::Status status = engine.VerifyBackup(id);
  return MakeError(
      courant::v1::DATA_CORRUPTED,
      absl::StrCat("backup ", id, " is not as meta/", id, " says: ",
                   status.ok() ? "look at that file" : status.ToString()));
}

std::vector<BackupRecord> RecordsOf(const BackupEngineReadOnly& engine) {
  std::vector<BackupInfo> infos;
  engine.GetBackupInfo(&infos);
  std::vector<BackupRecord> records;
  records.reserve(infos.size());
  for (const BackupInfo& info : infos) records.push_back(RecordOf(info));
  std::vector<BackupId> corrupt;
  engine.GetCorruptedBackups(&corrupt);
  for (const BackupId id : corrupt) {
    records.push_back({.id = id, .state = WhyCorrupt(engine, id)});
  }
  std::sort(
      records.begin(), records.end(),
      [](const BackupRecord& a, const BackupRecord& b) { return a.id < b.id; });
  return records;
}

}  // namespace

absl::StatusOr<BackupRecord> BackupFolder::Create(
    const Database& database, const Watermark& mark,
    const std::function<void()>& on_progress) const {
  COURANT_ASSIGN_OR_RETURN(const std::vector<BackupRecord> before, List());
  for (const BackupRecord& record : before) {
    if (record.state.ok() && record.mark.log_id != mark.log_id) {
      return absl::FailedPreconditionError(
          absl::StrCat(path_, " has backups of another log (backup ", record.id,
                       "); give each its own folder"));
    }
  }
  COURANT_ASSIGN_OR_RETURN(const std::unique_ptr<BackupEngine> engine,
                           OpenToWrite(path_, env_));
  rocksdb::CreateBackupOptions options;
  // Most of what is new goes into tables, which later backups share.
  options.flush_before_backup = true;
  if (on_progress) options.progress_callback = on_progress;
  BackupId id = 0;
  COURANT_RETURN_IF_ERROR(
      FromRocksDb(engine->CreateNewBackupWithMetadata(
                      options, &database.rocksdb(), EncodeWatermark(mark), &id),
                  absl::StrCat("make a backup in ", path_)));
  BackupInfo info;
  COURANT_RETURN_IF_ERROR(FromRocksDb(engine->GetBackupInfo(id, &info),
                                      absl::StrCat("read backup ", id)));
  return RecordOf(info);
}

absl::StatusOr<std::vector<BackupRecord>> BackupFolder::List() const {
  if (env_->FileExists(absl::StrCat(path_, "/meta")).IsNotFound()) {
    return std::vector<BackupRecord>();
  }
  COURANT_ASSIGN_OR_RETURN(const auto engine, OpenToRead(path_, env_));
  return RecordsOf(*engine);
}

absl::Status BackupFolder::Verify(BackupId id) const {
  COURANT_ASSIGN_OR_RETURN(const std::vector<BackupRecord> records, List());
  const auto found =
      std::find_if(records.begin(), records.end(),
                   [&](const BackupRecord& record) { return record.id == id; });
  if (found == records.end()) return NoSuchBackup(id, path_);
  COURANT_RETURN_IF_ERROR(found->state);
  COURANT_ASSIGN_OR_RETURN(const auto engine, OpenToRead(path_, env_));
  return FromRocksDb(engine->VerifyBackup(id, /*verify_with_checksum=*/true),
                     absl::StrCat("verify backup ", id));
}

absl::StatusOr<int> BackupFolder::Prune(int keep) const {
  COURANT_ASSIGN_OR_RETURN(const std::vector<BackupRecord> records, List());
  const auto good = std::count_if(
      records.begin(), records.end(),
      [](const BackupRecord& record) { return record.state.ok(); });
  if (good <= keep) return 0;
  COURANT_ASSIGN_OR_RETURN(const std::unique_ptr<BackupEngine> engine,
                           OpenToWrite(path_, env_));
  auto left = good;
  int deleted = 0;
  for (const BackupRecord& record : records) {
    if (left <= std::max(keep, 1)) break;
    // One that is damaged stays for somebody to look at, unless it is older
    // than the oldest that is kept.
    COURANT_RETURN_IF_ERROR(
        FromRocksDb(engine->DeleteBackup(record.id),
                    absl::StrCat("delete backup ", record.id)));
    if (record.state.ok()) --left;
    ++deleted;
  }
  return deleted;
}

absl::Status BackupFolder::CopyTo(BackupId id,
                                  const std::string& db_dir) const {
  COURANT_ASSIGN_OR_RETURN(const auto engine, OpenToRead(path_, env_));
  // By its number: the newest is not always found in RocksDB 7.8.
  return FromRocksDb(engine->RestoreDBFromBackup(rocksdb::RestoreOptions(), id,
                                                 db_dir, db_dir),
                     absl::StrCat("restore backup ", id, " into ", db_dir));
}

}  // namespace courant::storage

#include "services/server/data_folder.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "prometheus/registry.h"
#include "services/backup/backup_metrics.h"
#include "services/backup/backup_runs.h"
#include "services/backup/kill_recorder.h"
#include "services/server/config_duration.h"
#include "services/translation/consequences.h"
#include "storage/backup_folder.h"
#include "storage/base/status_macros.h"
#include "storage/half_restored.h"
#include "storage/kill_book.h"

namespace courant {
namespace {

absl::StatusOr<std::string> BackupDirOf(const ServerOptions& options) {
  const std::string& dir = options.config.backup().dir();
  if (!dir.empty()) return dir;
  return absl::InvalidArgumentError(
      "backup.dir: is not set; name the folder of the backups, for example "
      "with --set backup.dir=/var/backups/courant");
}

// Opening would make a folder, and a slip of the pen a log of nothing that is
// whole.
absl::Status NoDataIn(absl::string_view data_dir) {
  return absl::InvalidArgumentError(
      absl::StrCat("data_dir: there is no data folder in ", data_dir));
}

// What the restored log has to know of epochs, as far as it is known: the
// newest that there was, and how each began.
struct KnownEpochs {
  Epoch newest{0};
  std::vector<storage::EpochBranch> branches;
};

// What is put into the folder, and how that is called.
struct Copied {
  const char* what;
  const char* how;
};
constexpr Copied kBackup = {.what = "backup", .how = "restore"};
constexpr Copied kExport = {.what = "export", .how = "import"};

// Without the book of kills: `why`, which ends with its name, and what would
// bring it.
absl::Status RefuseWithoutKills(absl::string_view why, absl::string_view remedy,
                                const Copied& copied) {
  return absl::FailedPreconditionError(absl::StrCat(
      why, " says what was killed after the ", copied.what,
      ", which would come back. ", remedy, "; if there is none, ", copied.how,
      " with --without-kills and kill by hand what was killed since"));
}

absl::StatusOr<KnownEpochs> FindEpochs(
    const std::string& dir, bool without_kills,
    const std::vector<storage::BackupRecord>& all, const Copied& copied) {
  KnownEpochs known;
  for (const storage::BackupRecord& record : all) {
    if (record.state.ok()) {
      known.newest = std::max(known.newest, record.mark.epoch);
    }
  }
  const auto notes = storage::KillBook::Read(dir);
  if (notes.ok() && notes->has_value()) {
    const auto& seen = (*notes)->seen;
    if (!seen.empty()) {
      known.newest = std::max(known.newest, seen.rbegin()->first);
    }
    known.branches = (*notes)->branches;
    return known;
  }
  if (without_kills) return known;
  return RefuseWithoutKills(
      absl::StrCat(notes.ok() ? absl::StrCat(dir, "/KILLS is missing")
                              : std::string(notes.status().message()),
                   ": it"),
      "Bring it back from a copy of the folder", copied);
}

// Opens the folder into which a copy of a log was put, begins an epoch above
// all that were, kills again what `backup_dir` says was killed since, unless
// that is empty, and lets servers in when all is checked.
absl::StatusOr<RestoredData> OpenRestored(
    const ServerOptions& options, storage::StoreOptions::FromBackup from,
    const std::string& backup_dir, bool without_kills, const Clock& clock) {
  storage::StoreOptions store_options = StoreOptionsFrom(options);
  store_options.from_backup = std::move(from);
  prometheus::Registry registry;
  RestoredData restored;
  {
    COURANT_ASSIGN_OR_RETURN(
        const std::unique_ptr<storage::Store> store,
        storage::Store::Open(std::move(store_options), clock, registry));
    restored.branch = store->branch();
    restored.epoch = store->epoch();
    if (!backup_dir.empty()) {
      BackupMetrics metrics(registry);
      KillRecorder recorder(*store, metrics, backup_dir);
      const absl::StatusOr<int> killed = recorder.CatchUp();
      if (!killed.ok() && !without_kills) return killed.status();
      restored.killed_again = killed.value_or(0);
    }
    COURANT_RETURN_IF_ERROR(store->EraseFromDisk());
    COURANT_RETURN_IF_ERROR(store->database().VerifyFiles());
    COURANT_ASSIGN_OR_RETURN(restored.log, store->VerifyAll());
  }
  COURANT_RETURN_IF_ERROR(storage::EndRestore(options.config.data_dir()));
  return restored;
}

}  // namespace

storage::StoreOptions StoreOptionsFrom(const ServerOptions& options) {
  const config::v1::ServerConfig& config = options.config;
  storage::StoreOptions store;
  store.data_dir = config.data_dir();
  store.database.block_cache_bytes = config.storage().block_cache_bytes();
  store.database.write_buffer_bytes = config.storage().write_buffer_bytes();
  store.database.max_wal_bytes = config.storage().max_wal_bytes();
  store.database.reserved_bytes = config.storage().reserved_bytes();
  store.ballast_bytes = config.storage().reserved_bytes() / 4;
  store.request_retention = ToDuration(config.request_id().retention());
  store.accept_data_loss = options.accept_data_loss;
  store.consequences = AddConsequences;
  store.on_broken = options.on_broken;
  return store;
}

absl::StatusOr<storage::VerifiedLog> VerifyData(
    const ServerOptions& options, const Clock& clock,
    const storage::VerifyProgress& on_progress) {
  // One from which only some files went is not empty, and is to be refused as
  // damaged.
  const std::string& data_dir = options.config.data_dir();
  std::error_code unknown;
  if (!std::filesystem::exists(data_dir, unknown) ||
      std::filesystem::is_empty(data_dir, unknown)) {
    return NoDataIn(data_dir);
  }
  prometheus::Registry registry;
  COURANT_ASSIGN_OR_RETURN(
      const std::unique_ptr<storage::Store> store,
      storage::Store::Open(StoreOptionsFrom(options), clock, registry));
  COURANT_RETURN_IF_ERROR(store->EraseFromDisk());
  COURANT_RETURN_IF_ERROR(store->database().VerifyFiles());
  return store->VerifyAll(on_progress);
}

absl::StatusOr<RestoredData> RestoreData(const ServerOptions& options,
                                         uint32_t backup, bool without_kills,
                                         const Clock& clock) {
  COURANT_ASSIGN_OR_RETURN(const std::string dir, BackupDirOf(options));
  const storage::BackupFolder folder(dir);
  COURANT_RETURN_IF_ERROR(folder.Verify(backup));
  COURANT_ASSIGN_OR_RETURN(const std::vector<storage::BackupRecord> all,
                           folder.List());
  const auto found = std::find_if(
      all.begin(), all.end(),
      [&](const storage::BackupRecord& record) { return record.id == backup; });
  if (found == all.end()) {
    return absl::NotFoundError("it was deleted meanwhile");
  }
  COURANT_ASSIGN_OR_RETURN(KnownEpochs known,
                           FindEpochs(dir, without_kills, all, kBackup));
  const std::string& data_dir = options.config.data_dir();
  COURANT_RETURN_IF_ERROR(storage::BeginRestore(data_dir));
  COURANT_RETURN_IF_ERROR(folder.CopyTo(backup, absl::StrCat(data_dir, "/db")));
  return OpenRestored(options,
                      {.mark = found->mark,
                       .above = known.newest,
                       .others = std::move(known.branches)},
                      dir, without_kills, clock);
}

absl::StatusOr<ExportCounts> ExportData(
    const ServerOptions& options, const Clock& clock,
    absl::FunctionRef<absl::Status(absl::string_view)> write,
    ExportProgress on_progress) {
  const std::string& data_dir = options.config.data_dir();
  std::error_code unknown;
  if (!std::filesystem::exists(absl::StrCat(data_dir, "/db"), unknown)) {
    return NoDataIn(data_dir);
  }
  prometheus::Registry registry;
  COURANT_ASSIGN_OR_RETURN(
      const std::unique_ptr<storage::Store> store,
      storage::Store::Open(StoreOptionsFrom(options), clock, registry));
  return WriteExport(*store, write, on_progress);
}

absl::StatusOr<RestoredData> ImportData(const ServerOptions& options,
                                        ExportSource read, bool without_kills,
                                        const Clock& clock,
                                        ExportProgress on_progress) {
  KnownEpochs known;
  const std::string& dir = options.config.backup().dir();
  if (!dir.empty()) {
    COURANT_ASSIGN_OR_RETURN(const std::vector<storage::BackupRecord> all,
                             storage::BackupFolder(dir).List());
    COURANT_ASSIGN_OR_RETURN(known,
                             FindEpochs(dir, without_kills, all, kExport));
  } else if (!without_kills) {
    return RefuseWithoutKills(
        "backup.dir: is not set, and KILLS in it",
        "Name the folder of the backups with --set backup.dir=DIR", kExport);
  }
  COURANT_ASSIGN_OR_RETURN(
      const ImportedLog imported,
      ReadExport(read, options.config.data_dir(),
                 StoreOptionsFrom(options).database, on_progress));
  return OpenRestored(options,
                      {.mark = imported.mark,
                       .above = known.newest,
                       .others = std::move(known.branches)},
                      dir, without_kills, clock);
}

absl::StatusOr<std::vector<v1::Backup>> FindBackups(
    const ServerOptions& options) {
  COURANT_ASSIGN_OR_RETURN(const std::string dir, BackupDirOf(options));
  COURANT_ASSIGN_OR_RETURN(const std::vector<storage::BackupRecord> records,
                           storage::BackupFolder(dir).List());
  std::vector<v1::Backup> backups;
  backups.reserve(records.size());
  for (const storage::BackupRecord& record : records) {
    backups.push_back(BackupOf(record));
  }
  return backups;
}

}  // namespace courant

#include "storage/database.h"

#include <algorithm>
#include <cstdarg>
#include <cstdlib>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "rocksdb/cache.h"
#include "rocksdb/file_checksum.h"
#include "rocksdb/filter_policy.h"
#include "rocksdb/listener.h"
#include "rocksdb/sst_file_manager.h"
#include "rocksdb/statistics.h"
#include "rocksdb/table.h"
#include "storage/base/failpoint.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"
#include "storage/zeroed_wal.h"

namespace courant::storage {
namespace {

// So many changes are read back in some 50 ms, with what belongs to them.
constexpr uint64_t kReadAtOpen = uint64_t{4} << 20;

// Of samples of a file, kept with it: articles have words in common, and
// records their structure, that one block of 32 KiB does not show. A trained
// dictionary gains no more, and takes a processor some seconds for each file.
constexpr uint32_t kDictionaryBytes = 64 << 10;

constexpr char kNotInMemory[] = "this is not in memory";

// Tells the owner that RocksDB stopped writing. There is no recovery in place:
// the process ends and starts again (RocksDB 7.8.3 repeats or loses files when
// it resumes by itself). But for a full disk: what could not be written is
// whole in the log, and SstFileManager lets RocksDB go on when there is room.
class ErrorListener final : public rocksdb::EventListener {
 public:
  explicit ErrorListener(std::function<void(const std::string&)> on_error)
      : on_error_(std::move(on_error)) {}

  void OnBackgroundError(rocksdb::BackgroundErrorReason /*reason*/,
                         rocksdb::Status* status) override {
    const bool goes_on =
        status->IsNoSpace() &&
        status->severity() < rocksdb::Status::Severity::kFatalError;
    if (on_error_ && !goes_on) on_error_(status->ToString());
  }

 private:
  const std::function<void(const std::string&)> on_error_;
};

// For who only looks.
class SilentLog final : public rocksdb::Logger {
 public:
  using Logger::Logv;
  void Logv(const char* /*format*/, va_list /*arguments*/) override {}
};

rocksdb::DBOptions MakeDbOptions(const DatabaseOptions& options,
                                 rocksdb::Env& env) {
  rocksdb::DBOptions db;
  db.env = &env;
  db.create_if_missing = true;
  db.create_missing_column_families = true;
  // A damaged record in the log stops the open instead of being cut off
  // silently, which is the default. Whether it may be cut off is decided
  // before: see recovery.h. What is missing at the end is found by the
  // watermark.
  db.wal_recovery_mode =
      options.salvage ? rocksdb::WALRecoveryMode::kPointInTimeRecovery
                      : rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  db.paranoid_checks = true;
  db.track_and_verify_wals_in_manifest = true;
  db.verify_sst_unique_id_in_manifest = true;
  db.file_checksum_gen_factory = rocksdb::GetFileChecksumGenCrc32cFactory();
  // Lets RocksDB go on when there is room again after a full disk.
  db.sst_file_manager.reset(rocksdb::NewSstFileManager(&env));
  // Restarting is the recovery; see ErrorListener.
  db.max_bgerror_resume_count = 0;
  // A recycled log file may bring back old records after a crash.
  db.recycle_log_file_num = 0;
  db.max_total_wal_size = options.max_wal_bytes;
  db.max_background_jobs = 2;
  db.max_open_files = 512;
  db.max_file_opening_threads = 2;
  db.bytes_per_sync = 1 << 20;
  db.keep_log_file_num = 4;
  db.max_log_file_size = 8 << 20;
  db.statistics = rocksdb::CreateDBStatistics();
  db.statistics->set_stats_level(rocksdb::StatsLevel::kExceptTimers);
  db.listeners.push_back(
      std::make_shared<ErrorListener>(options.on_background_error));
  return db;
}

rocksdb::ColumnFamilyOptions MakeFamilyOptions(
    Family family, const DatabaseOptions& options,
    const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.format_version = 5;
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  // Changes are read in runs, the rest one by one.
  table.block_size = family == Family::kChange ? 32 << 10 : 16 << 10;
  if (family == Family::kArticle || family == Family::kRevision ||
      family == Family::kRequest || family == Family::kLedger) {
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  }
  rocksdb::ColumnFamilyOptions result;
  result.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  // Changes come in the order of their keys, so that their files go down the
  // levels as they are: what is not compressed well at once never is.
  result.compression =
      family == Family::kChange ? rocksdb::kZSTD : rocksdb::kLZ4Compression;
  if (family == Family::kChange) {
    result.compression_opts.max_dict_bytes = kDictionaryBytes;
  }
  result.bottommost_compression = rocksdb::kZSTD;
  result.force_consistency_checks = true;
  result.write_buffer_size = family == Family::kChange
                                 ? options.write_buffer_bytes
                                 : options.write_buffer_bytes / 4;
  return result;
}

std::vector<rocksdb::ColumnFamilyDescriptor> MakeFamilies(
    const DatabaseOptions& options) {
  const std::shared_ptr<rocksdb::Cache> cache =
      rocksdb::NewLRUCache(options.block_cache_bytes);
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  families.reserve(kFamilies.size());
  for (const Family family : kFamilies) {
    families.emplace_back(std::string(FamilyName(family)),
                          MakeFamilyOptions(family, options, cache));
  }
  return families;
}

// Families of a newer program are the first thing that an older one meets.
absl::Status OfNewerVersion(const rocksdb::Status& status,
                            const std::string& path) {
  if (!status.IsInvalidArgument() ||
      !absl::StrContains(status.ToString(), "olumn families not opened")) {
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      absl::StrCat("the database in ", path, " is of a newer version (",
                   status.ToString(), "). Start a newer courantd"));
}

}  // namespace

bool NeedsDisk(const absl::Status& error) {
  return absl::IsUnavailable(error) && error.message() == kNotInMemory;
}

absl::Status FromRocksDb(const rocksdb::Status& status,
                         absl::string_view doing) {
  if (status.ok()) return absl::OkStatus();
  // It looks for a table by an ending of long ago as well, and when there is
  // none says only that.
  const std::string text = absl::StrCat(
      "could not ", doing, ": ",
      absl::StrReplaceAll(status.ToString(), {{".ldb:", ".sst:"}}));
  if (status.IsCorruption()) {
    return MakeError(courant::v1::DATA_CORRUPTED, text);
  }
  if (status.IsNoSpace()) return StorageFull(text);
  return MakeError(courant::v1::OUTCOME_UNKNOWN, text);
}

absl::StatusOr<std::optional<std::string>> Database::Peek(
    const std::string& path, const DatabaseOptions& options,
    absl::string_view key) {
  DatabaseOptions looking = options;
  looking.salvage = true;
  const std::unique_ptr<rocksdb::Env> env = NewZeroedWalEnv(options.env);
  rocksdb::DBOptions db_options = MakeDbOptions(looking, *env);
  db_options.create_if_missing = false;
  db_options.create_missing_column_families = false;
  db_options.info_log = std::make_shared<SilentLog>();
  // The default one; whoever reads may leave others out.
  const std::vector<rocksdb::ColumnFamilyDescriptor> family = {
      MakeFamilies(options).front()};
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* raw = nullptr;
  COURANT_RETURN_IF_ERROR(FromRocksDb(
      rocksdb::DB::OpenForReadOnly(db_options, path, family, &handles, &raw),
      absl::StrCat("read the database in ", path)));
  const std::unique_ptr<rocksdb::DB> db(raw);
  std::string value;
  const rocksdb::Status status =
      db->Get(rocksdb::ReadOptions(), handles.front(), ToSlice(key), &value);
  db->DestroyColumnFamilyHandle(handles.front()).PermitUncheckedError();
  if (status.IsNotFound()) return std::nullopt;
  COURANT_RETURN_IF_ERROR(
      FromRocksDb(status, absl::StrCat("read the database in ", path)));
  return value;
}

absl::StatusOr<std::unique_ptr<Database>> Database::Open(
    const std::string& path, const DatabaseOptions& options) {
  std::unique_ptr<rocksdb::Env> env = NewZeroedWalEnv(options.env);
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* raw = nullptr;
  const rocksdb::Status status =
      rocksdb::DB::Open(MakeDbOptions(options, *env), path,
                        MakeFamilies(options), &handles, &raw);
  COURANT_RETURN_IF_ERROR(OfNewerVersion(status, path));
  if (!status.ok()) {
    return FromRocksDb(status, absl::StrCat("open the database in ", path));
  }
  return std::unique_ptr<Database>(
      new Database(std::move(env), std::unique_ptr<rocksdb::DB>(raw),
                   std::move(handles), path, options));
}

absl::StatusOr<std::unique_ptr<Database>> Database::OpenReadOnly(
    const std::string& path, const DatabaseOptions& options) {
  DatabaseOptions looking = options;
  looking.salvage = true;
  std::unique_ptr<rocksdb::Env> env = NewZeroedWalEnv(options.env);
  rocksdb::DBOptions db = MakeDbOptions(looking, *env);
  db.create_if_missing = false;
  db.create_missing_column_families = false;
  // An older folder has not all of today's families, and looking adds none.
  std::vector<std::string> there;
  rocksdb::Status status = rocksdb::DB::ListColumnFamilies(db, path, &there);
  std::vector<rocksdb::ColumnFamilyDescriptor> families = MakeFamilies(options);
  std::erase_if(families, [&](const rocksdb::ColumnFamilyDescriptor& family) {
    return std::find(there.begin(), there.end(), family.name) == there.end();
  });
  std::vector<rocksdb::ColumnFamilyHandle*> opened;
  rocksdb::DB* raw = nullptr;
  if (status.ok()) {
    status = rocksdb::DB::OpenForReadOnly(db, path, families, &opened, &raw);
  }
  if (!status.ok()) {
    return FromRocksDb(status, absl::StrCat("read the database in ", path));
  }
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  size_t next = 0;
  for (const Family family : kFamilies) {
    const bool is_there =
        next < families.size() && families[next].name == FamilyName(family);
    handles.push_back(is_there ? opened[next++] : nullptr);
  }
  return std::unique_ptr<Database>(
      new Database(std::move(env), std::unique_ptr<rocksdb::DB>(raw),
                   std::move(handles), path, options));
}

Database::Database(std::unique_ptr<rocksdb::Env> env,
                   std::unique_ptr<rocksdb::DB> db,
                   std::vector<rocksdb::ColumnFamilyHandle*> handles,
                   const std::string& path, const DatabaseOptions& options)
    : env_(std::move(env)),
      db_(std::move(db)),
      handles_(std::move(handles)),
      sync_(!options.unsafe_no_sync),
      guard_(env_->GetFileSystem(), path, options.reserved_bytes) {}

Database::~Database() {
  for (rocksdb::ColumnFamilyHandle* handle : handles_) {
    if (handle == nullptr) continue;
    db_->DestroyColumnFamilyHandle(handle);
  }
  // Errors have been reported where they arose; nothing is owed to disk.
  db_->Close().PermitUncheckedError();
}

absl::StatusOr<std::optional<std::string>> Database::Get(
    Family family, absl::string_view key, const Snapshot* snapshot,
    Reach reach) const {
  rocksdb::ReadOptions options;
  if (reach == Reach::kMemory) options.read_tier = rocksdb::kBlockCacheTier;
  if (snapshot != nullptr) options.snapshot = snapshot->get();
  std::string value;
  const rocksdb::Status status =
      db_->Get(options, handle(family), ToSlice(key), &value);
  if (status.IsNotFound()) return std::nullopt;
  // RocksDB 7.8 says OK, and gives nothing, when the file that has the value is
  // not open (its pull request 12443). No value is empty here.
  if (reach == Reach::kMemory &&
      (status.IsIncomplete() || (status.ok() && value.empty()))) {
    return absl::UnavailableError(kNotInMemory);
  }
  if (!status.ok()) {
    return FromRocksDb(status, absl::StrCat("read ", FamilyName(family)));
  }
  return value;
}

std::unique_ptr<rocksdb::Iterator> Database::Iterate(
    Family family, const Snapshot* snapshot, size_t readahead_bytes) const {
  rocksdb::ReadOptions options;
  if (snapshot != nullptr) options.snapshot = snapshot->get();
  options.readahead_size = readahead_bytes;
  return std::unique_ptr<rocksdb::Iterator>(
      db_->NewIterator(options, handle(family)));
}

absl::Status Database::WriteDurably(rocksdb::WriteBatch* batch) {
  COURANT_RETURN_IF_ERROR(guard_.Check());
  rocksdb::WriteOptions options;
  options.sync = sync_;
  if (COURANT_FAILPOINT("storage.exit")) std::_Exit(1);
  if (COURANT_FAILPOINT("storage.lose_write")) return absl::OkStatus();
  return FromRocksDb(db_->Write(options, batch), "write");
}

absl::Status Database::VerifyFiles() const {
  rocksdb::ReadOptions options;
  // Each is read once.
  options.fill_cache = false;
  return FromRocksDb(db_->VerifyChecksum(options), "verify the tables");
}

void Database::ShortenNextOpen() {
  uint64_t bytes = 0;
  db_->GetIntProperty(handle(Family::kChange),
                      rocksdb::DB::Properties::kCurSizeActiveMemTable, &bytes);
  if (bytes < kReadAtOpen) return;
  db_->Flush(rocksdb::FlushOptions(), handles_).PermitUncheckedError();
}

}  // namespace courant::storage

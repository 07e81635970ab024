#include "storage/store.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"
#include "storage/format_upgrade.h"
#include "storage/format_version.h"
#include "storage/half_restored.h"
#include "storage/recovery.h"
#include "storage/space_guard.h"

namespace courant::storage {
namespace {

// Requests forgotten in one write, so that another one never waits long for it.
constexpr size_t kForgottenAtOnce = 1000;

// Makes `path` and `path`/db, so that a power cut does not take them back.
absl::Status MakeFolders(rocksdb::FileSystem& file_system,
                         const std::string& path) {
  const rocksdb::IOOptions io;
  const size_t slash = path.find_last_of('/');
  const std::string parent = slash == std::string::npos ? "."
                             : slash == 0               ? "/"
                                                        : path.substr(0, slash);
  const std::pair<std::string, std::string> made_in[] = {
      {path, parent}, {absl::StrCat(path, "/db"), path}};
  for (const auto& [folder, where] : made_in) {
    rocksdb::IOStatus status =
        file_system.CreateDirIfMissing(folder, io, nullptr);
    std::unique_ptr<rocksdb::FSDirectory> directory;
    if (status.ok()) {
      status = file_system.NewDirectory(where, io, &directory, nullptr);
    }
    if (status.ok()) status = directory->Fsync(io, nullptr);
    COURANT_RETURN_IF_ERROR(
        FromRocksDb(status, absl::StrCat("make the folder ", folder)));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> Store::Open(
    StoreOptions options, const Clock& clock, prometheus::Registry& registry) {
  const std::shared_ptr<rocksdb::FileSystem> file_system =
      options.database.env->GetFileSystem();
  if (!options.from_backup) {
    COURANT_RETURN_IF_ERROR(CheckWholeRestore(options.data_dir, *file_system));
  }
  COURANT_RETURN_IF_ERROR(MakeFolders(*file_system, options.data_dir));
  const auto ending = std::make_shared<Ending>();
  if (!options.database.on_background_error) {
    options.database.on_background_error = [on_broken = options.on_broken,
                                            ending](const std::string& why) {
      ending->broken.store(true);
      if (on_broken && !ending->begun.load()) {
        on_broken(absl::UnavailableError(why));
      }
    };
  }
  WatermarkFile watermark_file(file_system, options.data_dir);
  std::unique_ptr<Store> store(
      new Store(std::move(options), std::move(watermark_file), ending));
  const std::string db_dir = absl::StrCat(store->options_.data_dir, "/db");
  const std::string said = SaidByManifest(*file_system, db_dir);
  const absl::Status opened = store->OpenParts(clock, registry);
  if (!opened.ok()) {
    return NameFiles(opened, said, *store->options_.database.env, db_dir);
  }
  return store;
}

Store::Store(StoreOptions options, WatermarkFile watermark_file,
             std::shared_ptr<Ending> ending)
    : options_(std::move(options)),
      watermark_file_(std::move(watermark_file)),
      ballast_(options_.data_dir, options_.ballast_bytes,
               options_.database.reserved_bytes +
                   options_.database.reserved_bytes / 8),
      ending_(std::move(ending)) {}

Store::~Store() {
  // What is still to be committed is, before the last watermark.
  committer_ = nullptr;
  eraser_ = nullptr;
  subscriptions_ = nullptr;
  if (!maintenance_.joinable()) return;
  {
    MutexLock lock(mu_);
    stopping_ = true;
  }
  stop_cv_.SignalAll();
  maintenance_.join();
  // Failing only means that the watermark is a second old.
  WriteWatermark().IgnoreError();
  // Everything is on disk: one that is full now is no reason to end badly.
  ending_->begun.store(true);
  if (!ending_->broken.load()) database_->ShortenNextOpen();
}

absl::Status Store::OpenParts(const Clock& clock,
                              prometheus::Registry& registry) {
  const std::string db_dir = absl::StrCat(options_.data_dir, "/db");
  COURANT_RETURN_IF_ERROR(
      RefuseNewerVersion(db_dir, options_.database, options_.data_dir));
  RecoveryPlan plan{.salvage = true, .loss_accepted = true};
  if (!options_.from_backup) {
    COURANT_ASSIGN_OR_RETURN(
        plan, PlanRecovery(db_dir, options_.database, watermark_file_,
                           options_.accept_data_loss));
  }
  DatabaseOptions database_options = options_.database;
  database_options.salvage = plan.salvage;
  ballast_.GiveUpIfFull();
  absl::StatusOr<std::unique_ptr<Database>> database =
      Database::Open(db_dir, database_options);
  if (!database.ok()) return Irreparable(database.status());
  database_ = *std::move(database);
  COURANT_RETURN_IF_ERROR(LoadFormat(clock));
  COURANT_ASSIGN_OR_RETURN(log_, EmbeddedLog::Open(*database_));
  COURANT_ASSIGN_OR_RETURN(const Tail tail, log_->CheckTail());
  applier_ = std::make_unique<Applier>(*database_, tail);
  COURANT_ASSIGN_OR_RETURN(const ChangeLog change_log,
                           ChangeLog::Open(*database_, *applier_));
  change_log_.emplace(change_log);
  COURANT_RETURN_IF_ERROR(CheckNothingLost(tail, plan.loss_accepted));
  COURANT_RETURN_IF_ERROR(UpgradeFormat());
  // On a full disk the old one stays, until there is room.
  absl::Status marked = WriteWatermark();
  if (!marked.ok() && !IsStorageFull(marked)) return marked;
  metrics_ = std::make_unique<StorageMetrics>(registry);
  committer_ = std::make_unique<Committer>(
      *database_, *log_, *applier_, clock, *metrics_,
      CommitterOptions{.epoch = epoch(),
                       .request_retention = options_.request_retention,
                       .requests_kept = options_.requests_kept,
                       .consequences = options_.consequences,
                       .on_broken = options_.on_broken});
  eraser_ = std::make_unique<DiskEraser>(*database_, *metrics_,
                                         options_.database.env->GetFileSystem(),
                                         db_dir, options_.erase_interval);
  COURANT_ASSIGN_OR_RETURN(
      subscriptions_, SubscriptionStore::Open(
                          *database_, clock,
                          {.request_retention = options_.request_retention}));
  ledger_.emplace(*database_);
  maintenance_ = std::thread([this, &clock] { Maintain(clock); });
  return absl::OkStatus();
}

absl::Status Store::LoadFormat(const Clock& clock) {
  COURANT_ASSIGN_OR_RETURN(const std::optional<std::string> bytes,
                           database_->Get(Family::kMeta, kFormatKey));
  if (!bytes) {
    format_.set_version(kFormatVersion);
    format_.set_log_id(RandomBytes(16));
    format_.set_token_key(RandomBytes(32));
    *format_.mutable_create_time() = ToTimestamp(clock.Now());
    rocksdb::WriteBatch batch;
    COURANT_RETURN_IF_ERROR(FromRocksDb(
        batch.Put(database_->handle(Family::kMeta), ToSlice(kFormatKey),
                  ToSlice(format_.SerializeAsString())),
        "stage"));
    return database_->WriteDurably(&batch);
  }
  if (!format_.ParseFromString(*bytes) || format_.log_id().size() != 16 ||
      format_.token_key().size() != 32) {
    return MakeError(courant::v1::DATA_CORRUPTED,
                     "the format record is damaged");
  }
  COURANT_RETURN_IF_ERROR(CheckVersion(format_, options_.data_dir));
  return LoadEpochs();
}

absl::Status Store::LoadEpochs() {
  COURANT_ASSIGN_OR_RETURN(const std::optional<std::string> epoch,
                           database_->Get(Family::kMeta, kEpochKey));
  if (!epoch) return absl::OkStatus();
  const std::optional<uint64_t> number = DecodeNumber(epoch->substr(0, 8));
  const std::optional<uint64_t> branch =
      epoch->size() == 16 ? DecodeNumber(epoch->substr(8)) : std::nullopt;
  if (!number || !branch) {
    return MakeError(courant::v1::DATA_CORRUPTED,
                     "the epoch record is damaged");
  }
  COURANT_ASSIGN_OR_RETURN(const std::optional<std::string> all,
                           database_->Get(Family::kMeta, kEpochsKey));
  const std::optional<Epochs> epochs =
      all ? Epochs::Decode(*all) : std::optional<Epochs>(std::in_place);
  if (!epochs || epochs->newest() > Epoch(*number)) {
    return MakeError(courant::v1::DATA_CORRUPTED,
                     "the record of all epochs is damaged");
  }
  epochs_ = *epochs;
  // Begun by a program that did not know the other record.
  if (epochs_.newest() < Epoch(*number)) {
    epochs_.Begin(Epoch(*number), Sequence(*branch));
  }
  return absl::OkStatus();
}

absl::Status Store::UpgradeFormat() {
  if (format_.version() == kFormatVersion) return absl::OkStatus();
  if (format_.version() == 1) {
    COURANT_RETURN_IF_ERROR(UpgradeRowsFromVersion1(*database_));
  }
  format_.set_version(kFormatVersion);
  rocksdb::WriteBatch batch;
  COURANT_RETURN_IF_ERROR(FromRocksDb(
      batch.Put(database_->handle(Family::kMeta), ToSlice(kFormatKey),
                ToSlice(format_.SerializeAsString())),
      "stage"));
  return database_->WriteDurably(&batch);
}

absl::Status Store::CheckNothingLost(const Tail& tail, bool loss_accepted) {
  if (options_.from_backup) {
    COURANT_RETURN_IF_ERROR(CheckWatermark(options_.from_backup->mark,
                                           "the watermark of the backup",
                                           log_id(), tail, *database_));
    return RaiseEpoch(tail);
  }
  COURANT_ASSIGN_OR_RETURN(const std::optional<Watermark> mark,
                           watermark_file_.Read());
  absl::Status lost =
      CheckWatermark(mark, watermark_file_.path(), log_id(), tail, *database_);
  if (lost.ok() && !loss_accepted) return absl::OkStatus();
  if (options_.accept_data_loss != tail.last_sequence) return lost;
  return RaiseEpoch(tail);
}

absl::Status Store::RaiseEpoch(const Tail& tail) {
  Epoch newest = epoch();
  if (options_.from_backup) {
    newest = std::max(newest, options_.from_backup->above);
    for (const EpochBranch& other : options_.from_backup->others) {
      epochs_.AddOther(other);
    }
  }
  epochs_.Begin(newest.Next(), tail.last_sequence);
  rocksdb::WriteBatch batch;
  rocksdb::ColumnFamilyHandle* const meta = database_->handle(Family::kMeta);
  COURANT_RETURN_IF_ERROR(
      FromRocksDb(batch.Put(meta, ToSlice(kEpochKey),
                            ToSlice(EncodeNumber(epoch().value()) +
                                    EncodeNumber(branch().value()))),
                  "stage"));
  COURANT_RETURN_IF_ERROR(FromRocksDb(
      batch.Put(meta, ToSlice(kEpochsKey), ToSlice(epochs_.Encode())),
      "stage"));
  return database_->WriteDurably(&batch);
}

absl::Status Store::Probe() const {
  return database_->Get(Family::kMeta, kFormatKey).status();
}

absl::StatusOr<Watermark> Store::CurrentWatermark() const {
  const Sequence sequence = applier_->applied().last_sequence;
  // The digest of the change, which stays, not of a control frame behind it.
  COURANT_ASSIGN_OR_RETURN(const ChainDigest digest,
                           change_log_->DigestAt(sequence));
  return Watermark{.log_id = log_id(),
                   .epoch = epoch(),
                   .sequence = sequence,
                   .digest = digest};
}

absl::Status Store::WriteWatermark() {
  COURANT_ASSIGN_OR_RETURN(const Watermark now, CurrentWatermark());
  COURANT_RETURN_IF_ERROR(watermark_file_.Write(now));
  MutexLock lock(mu_);
  watermark_ = now.sequence;
  return absl::OkStatus();
}

Sequence Store::watermark_sequence() const {
  MutexLock lock(mu_);
  return watermark_;
}

void Store::Maintain(const Clock& clock) {
  absl::StatusOr<bool> more_to_forget = false;
  while (true) {
    bool moved;
    {
      MutexLock lock(mu_);
      if (!stopping_) stop_cv_.WaitFor(mu_, options_.watermark_interval);
      if (stopping_) return;
      moved = applier_->applied().last_sequence != watermark_;
    }
    ballast_.KeepIfRoom();
    if (!moved && !*more_to_forget) continue;
    absl::Status status = moved ? WriteWatermark() : absl::OkStatus();
    if (status.ok()) {
      more_to_forget = ForgetOldRequests(clock.Now());
      status = more_to_forget.status();
    }
    // There is a next time, and an old watermark until then.
    if (IsStorageFull(status)) more_to_forget = false;
    if (!status.ok() && !IsStorageFull(status)) {
      if (options_.on_broken) options_.on_broken(status);
      return;
    }
  }
}

absl::StatusOr<bool> Store::ForgetOldRequests(absl::Time now) {
  // On a clock that nobody sets.
  using Clock = std::chrono::steady_clock;
  const Clock::time_point end =
      Clock::now() + absl::ToChronoNanoseconds(options_.watermark_interval / 2);
  std::string from;
  while (true) {
    {
      MutexLock lock(mu_);
      if (stopping_) return false;
    }
    COURANT_ASSIGN_OR_RETURN(const size_t forgotten,
                             ForgetSomeRequests(now, from));
    if (forgotten < kForgottenAtOnce) return false;
    if (Clock::now() >= end) return true;
  }
}

absl::StatusOr<size_t> Store::ForgetSomeRequests(absl::Time now,
                                                 std::string& from) {
  const uint64_t tail = applier_->applied().last_sequence.value();
  if (tail <= options_.requests_kept) return 0;
  const std::string end = EncodeNumber(tail - options_.requests_kept);
  const auto it = database_->Iterate(Family::kRequestAge);
  rocksdb::WriteBatch batch;
  size_t forgotten = 0;
  // Not from the first: what was forgotten just now would be passed again.
  for (it->Seek(from); it->Valid() && FromSlice(it->key()) < end &&
                       forgotten < kForgottenAtOnce;
       it->Next(), ++forgotten) {
    const absl::string_view request_id = FromSlice(it->value());
    COURANT_ASSIGN_OR_RETURN(const std::optional<v1::RequestRow> row,
                             View(*database_).FindRequest(request_id));
    // The id may have been used again since: then the row has another key.
    if (row && RequestAgeKey(*row, request_id) == FromSlice(it->key())) {
      if (absl::FromUnixMicros(row->commit_time_us()) +
              options_.request_retention >
          now) {
        break;
      }
      batch.Delete(database_->handle(Family::kRequest), it->value())
          .PermitUncheckedError();
    }
    batch.Delete(database_->handle(Family::kRequestAge), it->key())
        .PermitUncheckedError();
    from = it->key().ToString();
  }
  COURANT_RETURN_IF_ERROR(FromRocksDb(it->status(), "read old requests"));
  if (forgotten == 0) return 0;
  COURANT_RETURN_IF_ERROR(database_->WriteDurably(&batch));
  return forgotten;
}

}  // namespace courant::storage

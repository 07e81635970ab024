#include "services/backup/backup_runs.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "storage/base/status_macros.h"
#include "storage/entry_builder.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

// RocksDB tells of each so many bytes.
constexpr int64_t kProgressBytes = 4 << 20;
constexpr absl::Duration kAskAgainAfter = absl::Seconds(2);

absl::Status Busy() {
  return WithRetryDelay(
      MakeError(v1::TOO_MANY_REQUESTS,
                "the backups are at work; see GetBackupRun, and try again "
                "when that has ended"),
      kAskAgainAfter);
}

void SetElapsed(absl::Duration elapsed, v1::BackupRun& run) {
  run.mutable_elapsed()->set_seconds(absl::ToInt64Seconds(elapsed));
  run.mutable_elapsed()->set_nanos(static_cast<int32_t>(
      absl::ToInt64Nanoseconds(elapsed % absl::Seconds(1))));
}

}  // namespace

v1::Backup BackupOf(const storage::BackupRecord& record) {
  v1::Backup backup;
  backup.set_name(absl::StrCat("backups/", record.id));
  if (!record.state.ok()) {
    backup.set_damage(std::string(record.state.message()));
    return backup;
  }
  *backup.mutable_create_time() = storage::ToTimestamp(record.create_time);
  backup.set_sequence(static_cast<int64_t>(record.mark.sequence.value()));
  backup.set_epoch(static_cast<int64_t>(record.mark.epoch.value()));
  backup.set_size_bytes(static_cast<int64_t>(record.bytes));
  backup.set_file_count(static_cast<int32_t>(record.files));
  return backup;
}

BackupRuns::BackupRuns(storage::Store& store,
                       const storage::BackupFolder& folder, const Clock& clock,
                       BackupMetrics& metrics)
    : store_(store), folder_(folder), clock_(clock), metrics_(metrics) {
  // What is not readable now is found by who asks for it.
  const auto records = folder_.List();
  if (records.ok() && !records->empty()) Measure(records->back());
}

BackupRuns::~BackupRuns() {
  std::thread last;
  {
    MutexLock lock(mu_);
    last = std::move(thread_);
  }
  if (last.joinable()) last.join();
}

absl::StatusOr<v1::BackupRun> BackupRuns::StartBackup() {
  v1::BackupRun run;
  run.set_kind(v1::BackupRun::CREATE);
  return Begin(std::move(run), [this] { Make(); });
}

absl::StatusOr<v1::BackupRun> BackupRuns::StartVerification(
    storage::BackupId id) {
  v1::BackupRun run;
  run.set_kind(v1::BackupRun::VERIFY);
  run.mutable_backup()->set_name(absl::StrCat("backups/", id));
  return Begin(std::move(run), [this, id] { Verify(id); });
}

absl::StatusOr<v1::BackupRun> BackupRuns::Begin(v1::BackupRun run,
                                                std::function<void()> work) {
  MutexLock lock(mu_);
  if (busy_) return Busy();
  busy_ = true;
  // The last one has ended but for its return.
  if (thread_.joinable()) thread_.join();
  run.set_number(run_ ? run_->number() + 1 : 1);
  run.set_state(v1::BackupRun::RUNNING);
  *run.mutable_start_time() = storage::ToTimestamp(clock_.Now());
  run_ = run;
  thread_ = std::thread(std::move(work));
  return run;
}

std::optional<v1::BackupRun> BackupRuns::Latest() const {
  MutexLock lock(mu_);
  std::optional<v1::BackupRun> run = run_;
  if (run && run->state() == v1::BackupRun::RUNNING) {
    SetElapsed(clock_.Now() - storage::FromTimestamp(run->start_time()), *run);
  }
  return run;
}

absl::Status BackupRuns::Alone(const std::function<absl::Status()>& work) {
  {
    MutexLock lock(mu_);
    if (busy_) return Busy();
    busy_ = true;
  }
  absl::Status done = work();
  MutexLock lock(mu_);
  busy_ = false;
  return done;
}

void BackupRuns::Make() {
  const auto make = [this]() -> absl::StatusOr<v1::Backup> {
    COURANT_ASSIGN_OR_RETURN(const storage::Watermark mark,
                             store_.CurrentWatermark());
    COURANT_ASSIGN_OR_RETURN(
        const storage::BackupRecord record,
        folder_.Create(store_.database(), mark, [this] {
          MutexLock lock(mu_);
          run_->set_copied_bytes(run_->copied_bytes() + kProgressBytes);
        }));
    Measure(record);
    return BackupOf(record);
  };
  const absl::Time begin = clock_.Now();
  const absl::StatusOr<v1::Backup> made = make();
  if (made.ok()) {
    metrics_.duration().Set(absl::ToDoubleSeconds(clock_.Now() - begin));
  }
  (made.ok() ? metrics_.made() : metrics_.failed()).Increment();
  End(made);
}

void BackupRuns::Verify(storage::BackupId id) {
  const auto verify = [&]() -> absl::StatusOr<v1::Backup> {
    COURANT_RETURN_IF_ERROR(folder_.Verify(id));
    COURANT_ASSIGN_OR_RETURN(const std::vector<storage::BackupRecord> all,
                             folder_.List());
    for (const storage::BackupRecord& record : all) {
      if (record.id == id) return BackupOf(record);
    }
    return absl::NotFoundError("it was deleted meanwhile");
  };
  const absl::StatusOr<v1::Backup> verified = verify();
  if (verified.ok()) {
    metrics_.verified_time().Set(
        static_cast<double>(absl::ToUnixSeconds(clock_.Now())));
  }
  End(verified);
}

void BackupRuns::End(const absl::StatusOr<v1::Backup>& result) {
  MutexLock lock(mu_);
  SetElapsed(clock_.Now() - storage::FromTimestamp(run_->start_time()), *run_);
  if (result.ok()) {
    *run_->mutable_backup() = *result;
    run_->set_state(v1::BackupRun::SUCCEEDED);
  } else {
    run_->set_failure(std::string(result.status().message()));
    run_->set_state(v1::BackupRun::FAILED);
  }
  busy_ = false;
}

void BackupRuns::Measure(const storage::BackupRecord& newest) {
  if (!newest.state.ok()) return;
  metrics_.last_time().Set(
      static_cast<double>(absl::ToUnixSeconds(newest.create_time)));
  metrics_.last_bytes().Set(static_cast<double>(newest.bytes));
}

}  // namespace courant

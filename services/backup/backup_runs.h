#ifndef COURANT_SERVICES_BACKUP_BACKUP_RUNS_H_
#define COURANT_SERVICES_BACKUP_BACKUP_RUNS_H_

#include <functional>
#include <optional>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "courant/v1/backup_service.pb.h"
#include "services/backup/backup_metrics.h"
#include "storage/backup_folder.h"
#include "storage/base/clock.h"
#include "storage/base/mutex.h"
#include "storage/store.h"

namespace courant {

// A backup as the contract has it: what is known without reading its files, or
// only its name and its damage.
v1::Backup BackupOf(const storage::BackupRecord& record);

// Work on a folder of backups, one piece at a time: each begun by a call that
// does not wait for it, on a thread of its own, and looked at by others. How
// the last one ended is known until the next one begins, and not after a
// restart. Thread-safe.
class BackupRuns {
 public:
  // Nothing is owned; all must outlive this. Looks for the newest backup, for
  // the metrics.
  BackupRuns(storage::Store& store, const storage::BackupFolder& folder,
             const Clock& clock, BackupMetrics& metrics);

  // Waits for the run in progress, however long that takes.
  ~BackupRuns() ABSL_LOCKS_EXCLUDED(mu_);

  // Begin a run, and say which: it is RUNNING, and Latest() tells how far it
  // is. A backup has everything that was answered before this was called.
  //   RESOURCE_EXHAUSTED / TOO_MANY_REQUESTS  one is in progress
  absl::StatusOr<v1::BackupRun> StartBackup();
  absl::StatusOr<v1::BackupRun> StartVerification(storage::BackupId id);

  // The run in progress, with how long it has taken, or the last one, with how
  // it ended; nothing when there was none.
  std::optional<v1::BackupRun> Latest() const ABSL_LOCKS_EXCLUDED(mu_);

  // Does `work` while no run can begin, on the thread of the caller: for what
  // is short, such as deleting.
  //   RESOURCE_EXHAUSTED / TOO_MANY_REQUESTS  one is in progress
  //   others                                  of `work`
  absl::Status Alone(const std::function<absl::Status()>& work)
      ABSL_LOCKS_EXCLUDED(mu_);

 private:
  // Gives the run its number and its thread, which does `work`.
  absl::StatusOr<v1::BackupRun> Begin(v1::BackupRun run,
                                      std::function<void()> work)
      ABSL_LOCKS_EXCLUDED(mu_);
  // What the thread of a run does; both End() it.
  void Make();
  void Verify(storage::BackupId id);
  // How it ended: with the backup, or with what went wrong.
  void End(const absl::StatusOr<v1::Backup>& result) ABSL_LOCKS_EXCLUDED(mu_);
  // For the metrics, which know the newest backup only.
  void Measure(const storage::BackupRecord& newest);

  storage::Store& store_;
  const storage::BackupFolder& folder_;
  const Clock& clock_;
  BackupMetrics& metrics_;

  mutable Mutex mu_;
  // A run is in progress, or what Alone() does.
  bool busy_ ABSL_GUARDED_BY(mu_) = false;
  std::optional<v1::BackupRun> run_ ABSL_GUARDED_BY(mu_);
  std::thread thread_ ABSL_GUARDED_BY(mu_);  // of run_
};

}  // namespace courant

#endif  // COURANT_SERVICES_BACKUP_BACKUP_RUNS_H_

#ifndef COURANT_SERVICES_BACKUP_BACKUP_SIDE_H_
#define COURANT_SERVICES_BACKUP_BACKUP_SIDE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "prometheus/registry.h"
#include "services/backup/backup_metrics.h"
#include "services/backup/backup_runs.h"
#include "services/backup/backup_service.h"
#include "services/backup/kill_recorder.h"
#include "services/rpc/handler.h"
#include "storage/backup_folder.h"
#include "storage/base/clock.h"
#include "storage/store.h"

namespace courant {

// All that a server has for backups, put together: the folder, what was killed
// since, the runs and the service. Nothing but a service that says so where no
// folder is set (`backup.dir`). Thread-safe but for Start and Stop.
class BackupSide {
 public:
  // `folder` may be empty: no backups. Nothing else is owned; all must outlive
  // this. Reads which backups there are.
  BackupSide(storage::Store& store, prometheus::Registry& registry,
             const Clock& clock, const std::string& folder);

  // Before anybody is served: kills again what a restored backup brought back,
  // and notes what was not noted. See KillRecorder::CatchUp for what it returns
  // and for its errors. Nothing to do without a folder.
  absl::StatusOr<int> CatchUp();
  // Begins to note kills. Before the first change after CatchUp().
  void Start();
  // Waits for the run in progress, notes what is left, and ends. Calls of the
  // service must have ended.
  void Stop();

  // Who wants to be told of changes, beside the others; null when nobody does.
  storage::ChangeListener* listener() { return recorder_.get(); }
  // BackupService, for the listener of the house.
  ServiceTable Table() {
    return BackupServiceTable(runs_.get(), folder_.get());
  }

 private:
  // In the order of their dependence, so that destruction undoes it: a run is
  // waited for first. Null without a folder, but for the metrics, so that an
  // alert can tell "no backups" from "nobody counts".
  BackupMetrics metrics_;
  std::unique_ptr<storage::BackupFolder> folder_;
  std::unique_ptr<KillRecorder> recorder_;
  std::unique_ptr<BackupRuns> runs_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_BACKUP_BACKUP_SIDE_H_

#ifndef COURANT_SERVICES_BACKUP_BACKUP_SERVICE_H_
#define COURANT_SERVICES_BACKUP_BACKUP_SERVICE_H_

#include "services/backup/backup_runs.h"
#include "services/rpc/handler.h"
#include "storage/backup_folder.h"

namespace courant {

// BackupService, with its five methods, as backup_service.proto says it: runs
// are begun on `runs`, lists are read from `folder`. Both must outlive the
// table. Null where there is no folder for backups: then every method is
// NOT_OFFERED and says what to set. All of it is for the house alone. The
// handlers block on the disk, but not for as long as a run takes, and are
// thread-safe.
ServiceTable BackupServiceTable(BackupRuns* runs,
                                const storage::BackupFolder* folder);

}  // namespace courant

#endif  // COURANT_SERVICES_BACKUP_BACKUP_SERVICE_H_

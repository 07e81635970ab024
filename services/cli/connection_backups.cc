// The calls of BackupService.

#include "services/cli/connection.h"
#include "services/cli/connection_stubs.h"

namespace courant {

absl::StatusOr<v1::BackupRun> Connection::StartBackup(
    const v1::StartBackupRequest& request) {
  return Call(options_, stop_, stubs_->backups,
              &v1::BackupService::Stub::StartBackup, request);
}

absl::StatusOr<v1::BackupRun> Connection::StartVerification(
    const v1::StartVerificationRequest& request) {
  return Call(options_, stop_, stubs_->backups,
              &v1::BackupService::Stub::StartVerification, request);
}

absl::StatusOr<v1::BackupRun> Connection::GetBackupRun(
    const v1::GetBackupRunRequest& request) {
  return Call(options_, stop_, stubs_->backups,
              &v1::BackupService::Stub::GetBackupRun, request);
}

absl::StatusOr<v1::ListBackupsResponse> Connection::ListBackups(
    const v1::ListBackupsRequest& request) {
  return Call(options_, stop_, stubs_->backups,
              &v1::BackupService::Stub::ListBackups, request);
}

absl::StatusOr<v1::PruneBackupsResponse> Connection::PruneBackups(
    const v1::PruneBackupsRequest& request) {
  return Call(options_, stop_, stubs_->backups,
              &v1::BackupService::Stub::PruneBackups, request);
}

}  // namespace courant

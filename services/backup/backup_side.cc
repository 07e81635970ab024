#include "services/backup/backup_side.h"

namespace courant {

BackupSide::BackupSide(storage::Store& store, prometheus::Registry& registry,
                       const Clock& clock, const std::string& folder)
    : metrics_(registry) {
  if (folder.empty()) return;
  metrics_.configured().Set(1);
  folder_ = std::make_unique<storage::BackupFolder>(folder);
  recorder_ = std::make_unique<KillRecorder>(store, metrics_, folder);
  runs_ = std::make_unique<BackupRuns>(store, *folder_, clock, metrics_);
}

absl::StatusOr<int> BackupSide::CatchUp() {
  if (recorder_ == nullptr) return 0;
  return recorder_->CatchUp();
}

void BackupSide::Start() {
  if (recorder_ != nullptr) recorder_->Start();
}

void BackupSide::Stop() {
  runs_ = nullptr;
  if (recorder_ != nullptr) recorder_->Stop();
}

}  // namespace courant

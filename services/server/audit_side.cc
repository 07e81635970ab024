#include "services/server/audit_side.h"

#include <cstdint>
#include <string>

#include "services/config/data_folder.h"
#include "services/trace/span.h"
#include "storage/base/status_macros.h"

namespace courant {

absl::StatusOr<std::unique_ptr<AuditSide>> AuditSide::Open(
    const config::v1::ServerConfig& config,
    std::function<void(const absl::Status&)> on_trouble, const Clock& clock,
    prometheus::Registry& registry) {
  const config::v1::Audit& audit = config.audit();
  AuditLog::Options options = {
      .file = audit.file().empty()
                  ? BesideDataFolder(config.data_dir(), ".audit.jsonl")
                  : audit.file(),
      .max_file_bytes = static_cast<int64_t>(audit.max_file_bytes()),
      .refuse_on_failure =
          audit.on_failure() == config::v1::Audit::ON_FAILURE_REFUSE,
      .on_trouble = std::move(on_trouble)};
  if (options.file.empty()) {
    return absl::InvalidArgumentError(
        "audit.file: must be set, since nothing is beside the data folder");
  }
  COURANT_ASSIGN_OR_RETURN(auto log,
                           AuditLog::Open(std::move(options), clock, registry));
  log->Add({.event = "started", .trace_id = TraceIdOf(CurrentSpan())});
  return std::unique_ptr<AuditSide>(new AuditSide(std::move(log)));
}

void AuditSide::TellOverdue(const v1::Notice& notice) {
  // `partners/{partner}/notices/{sequence}`.
  const std::string& name = notice.name();
  log_->Add({.event = "notice_overdue",
             .who = name.substr(0, name.find('/', name.find('/') + 1)),
             .resource = name,
             .revision = notice.revision(),
             .reason = v1::Change::Kind_Name(notice.kind()),
             .trace_id = TraceIdOf(CurrentSpan())});
}

void AuditSide::TellReloaded(absl::string_view changed) {
  log_->Add({.event = "config_reloaded",
             .reason = std::string(changed),
             .trace_id = TraceIdOf(CurrentSpan())});
}

void AuditSide::TellStopped() {
  log_->Add({.event = "stopped", .trace_id = TraceIdOf(CurrentSpan())});
}

}  // namespace courant

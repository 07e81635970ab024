#ifndef COURANT_SERVICES_SERVER_AUDIT_SIDE_H_
#define COURANT_SERVICES_SERVER_AUDIT_SIDE_H_

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "courant/config/v1/server_config.pb.h"
#include "courant/v1/ledger.pb.h"
#include "prometheus/registry.h"
#include "services/audit/audit_log.h"
#include "services/audit/call_auditor.h"
#include "storage/base/clock.h"

namespace courant {

// The audit log of a running server, and what writes to it: the calls of both
// listeners, and the server itself. Calls write when they end, so it goes after
// the services. What is not a call has the trace of who tells (CurrentSpan).
// Thread-safe.
class AuditSide {
 public:
  // Opens the file that `config` names, and writes that the server has started.
  // `on_trouble` as in AuditLog::Options. Nothing else is owned, and must
  // outlive the object. Errors as AuditLog::Open().
  static absl::StatusOr<std::unique_ptr<AuditSide>> Open(
      const config::v1::ServerConfig& config,
      std::function<void(const absl::Status&)> on_trouble, const Clock& clock,
      prometheus::Registry& registry);

  // For RpcEnvironment.
  CallAudit& house() { return house_; }
  CallAudit& partners() { return partners_; }

  // What is done when nothing can be written; see AuditLog.
  void SetOnFailure(config::v1::Audit::OnFailure on_failure) {
    log_->SetRefuseOnFailure(on_failure ==
                             config::v1::Audit::ON_FAILURE_REFUSE);
  }

  // The server was given another configuration; `changed` names the keys.
  void TellReloaded(absl::string_view changed);
  // A notice was not acknowledged in time. This record is the event of it: one
  // for each notice, for whoever follows the file.
  void TellOverdue(const v1::Notice& notice);
  // The server stops.
  void TellStopped();

 private:
  explicit AuditSide(std::unique_ptr<AuditLog> log) : log_(std::move(log)) {}

  const std::unique_ptr<AuditLog> log_;
  CallAuditor house_{*log_, "internal"};
  CallAuditor partners_{*log_, "partner"};
};

}  // namespace courant

#endif  // COURANT_SERVICES_SERVER_AUDIT_SIDE_H_

#ifndef COURANT_SERVICES_AUDIT_CALL_AUDITOR_H_
#define COURANT_SERVICES_AUDIT_CALL_AUDITOR_H_

#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "services/audit/audit_log.h"
#include "services/rpc/call_audit.h"

namespace courant {

// Decides what of the calls of a listener is worth a line of the audit log, and
// writes it: at each, calls that may change something, whatever came of them,
// and those that were denied; at the door of partners also refused logins and
// streams. Of a read that is answered nothing is written.
//
// Records of partners and strangers are limited: of all refused logins a
// hundred at once and one a second, of each partner, or of all that the house
// is denied, a thousand and ten a second. Thread-safe.
class CallAuditor final : public CallAudit {
 public:
  // `log` is not owned and must outlive the auditor and its services.
  // `listener` is "internal" or "partner", constant.
  CallAuditor(AuditLog& log, absl::string_view listener)
      : log_(log), listener_(listener) {}

  // Decides once what is written of the method: its name says whether it may
  // change something (call_facts.h), the contract where its messages have
  // names. The auditor may go before it, the log may not.
  std::unique_ptr<MethodAudit> ForMethod(const std::string& name) override;

 private:
  AuditLog& log_;
  const absl::string_view listener_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_AUDIT_CALL_AUDITOR_H_

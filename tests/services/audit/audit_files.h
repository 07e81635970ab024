#ifndef COURANT_TESTS_SERVICES_AUDIT_AUDIT_FILES_H_
#define COURANT_TESTS_SERVICES_AUDIT_AUDIT_FILES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/audit/chain/audit_verifier.h"

namespace courant {

// Everything that is in a file; empty when there is none.
std::string ReadWhole(const std::string& path);

// The files of the audit log `path`, the oldest first.
std::vector<std::string> AuditFilesOf(const std::string& path);

// Follows the chain through all of them.
absl::StatusOr<AuditSummary> VerifyFiles(const std::string& path,
                                         const std::string& head = "");

}  // namespace courant

#endif  // COURANT_TESTS_SERVICES_AUDIT_AUDIT_FILES_H_

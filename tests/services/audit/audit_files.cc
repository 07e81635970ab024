#include "tests/services/audit/audit_files.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "storage/base/status_macros.h"

namespace courant {

std::string ReadWhole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream whole;
  whole << file.rdbuf();
  return whole.str();
}

std::vector<std::string> AuditFilesOf(const std::string& path) {
  std::vector<std::string> files;
  const std::filesystem::path folder =
      std::filesystem::path(path).parent_path();
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (absl::StartsWith(entry.path().string(), absl::StrCat(path, "."))) {
      files.push_back(entry.path().string());
    }
  }
  std::sort(files.begin(), files.end());
  files.push_back(path);
  return files;
}

absl::StatusOr<AuditSummary> VerifyFiles(const std::string& path,
                                         const std::string& head) {
  AuditVerifier verifier(head);
  for (const std::string& name : AuditFilesOf(path)) {
    std::istringstream in(ReadWhole(name));
    COURANT_RETURN_IF_ERROR(verifier.Read(name, in));
  }
  COURANT_RETURN_IF_ERROR(verifier.Finish());
  return verifier.summary();
}

}  // namespace courant

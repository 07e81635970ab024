#include "storage/format_version.h"

#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "storage/keys.h"

namespace courant::storage {

absl::Status CheckVersion(const v1::Format& format, const std::string& where) {
  if (format.version() <= kFormatVersion) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "the data in ", where, " is of version ", format.version(),
      "; this program reads up to ", kFormatVersion,
      ". Start a newer courantd, or restore the backup from before it was "
      "upgraded"));
}

absl::Status RefuseNewerVersion(const std::string& db_dir,
                                const DatabaseOptions& options,
                                const std::string& where) {
  const absl::StatusOr<std::optional<std::string>> bytes =
      Database::Peek(db_dir, options, kFormatKey);
  v1::Format format;
  if (!bytes.ok() || !*bytes || !format.ParseFromString(**bytes)) {
    return absl::OkStatus();
  }
  return CheckVersion(format, where);
}

}  // namespace courant::storage

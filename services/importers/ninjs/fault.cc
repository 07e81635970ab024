#include "services/importers/ninjs/fault.h"

#include "absl/strings/str_cat.h"

namespace courant::importers::ninjs {

void Faults::Add(v1::ErrorReason reason, int64_t line, absl::string_view path,
                 absl::string_view description) {
  if (full()) return;
  if (violations_.empty()) {
    reason_ = reason;
    metadata_ = {{"line", absl::StrCat(line)}, {"field", std::string(path)}};
  }
  violations_.push_back(
      {absl::StrCat("line ", line, ", ", path), std::string(description)});
}

absl::Status Faults::ToStatus() const {
  if (violations_.empty()) return absl::OkStatus();
  return MakeFieldError(reason_, violations_, metadata_);
}

absl::Status FaultAt(v1::ErrorReason reason, int64_t line,
                     absl::string_view path, absl::string_view description) {
  Faults faults;
  faults.Add(reason, line, path, description);
  return faults.ToStatus();
}

}  // namespace courant::importers::ninjs

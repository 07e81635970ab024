#include "services/editorial/rules/violations.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace courant {

std::string FieldPath::ToString() const {
  std::string path = parent_ == nullptr ? "" : parent_->ToString();
  absl::StrAppend(&path, path.empty() ? "" : ".", name_);
  if (index_ >= 0) absl::StrAppend(&path, "[", index_, "]");
  if (index_ == kMapEntry) absl::StrAppend(&path, "[", Quoted(key_), "]");
  return path;
}

void Violations::Add(const FieldPath& path, v1::ErrorReason reason,
                     absl::string_view description) {
  if (full()) return;
  if (list_.empty()) first_reason_ = reason;
  list_.push_back({path.ToString(), std::string(description)});
}

void Violations::AddRequired(const FieldPath& path) {
  Add(path, v1::FIELD_REQUIRED, "is required and was empty");
}

void Violations::AddTooLong(const FieldPath& path, int64_t size, int64_t limit,
                            absl::string_view unit) {
  if (list_.empty()) first_limit_ = limit;
  Add(path, v1::FIELD_TOO_LONG,
      absl::StrCat("has ", size, " ", unit, "; at most ", limit,
                   " are allowed"));
}

absl::Status Violations::ToStatus() const {
  if (list_.empty()) return absl::OkStatus();
  if (first_reason_ != v1::FIELD_TOO_LONG) {
    return MakeFieldError(first_reason_, list_);
  }
  return MakeFieldError(first_reason_, list_,
                        {{"limit", absl::StrCat(first_limit_)}});
}

std::string Quoted(absl::string_view text) {
  constexpr size_t kLongest = 64;
  return absl::StrCat("\"", absl::CHexEscape(text.substr(0, kLongest)),
                      text.size() > kLongest ? "..." : "", "\"");
}

}  // namespace courant

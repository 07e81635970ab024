#include "services/editorial/rules/value_rules.h"

#include <limits>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "google/protobuf/descriptor.h"
#include "services/editorial/rules/text_scan.h"

namespace courant {
namespace {

// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z.
constexpr int64_t kMinSeconds = -62135596800;
constexpr int64_t kMaxSeconds = 253402300799;
constexpr int32_t kMaxNanos = 999999999;

void AddOutOfRange(absl::string_view value, const FieldRule& rule,
                   const FieldPath& path, Violations* violations) {
  const bool open = rule.max == std::numeric_limits<int64_t>::max();
  violations->Add(
      path, v1::FIELD_INVALID,
      absl::StrCat(value, " is out of range; use ", rule.min,
                   open ? " or more" : absl::StrCat(" to ", rule.max)));
}

}  // namespace

bool CheckText(absl::string_view value, const FieldRule& rule,
               const FieldPath& path, Violations* violations) {
  if (!IsUtf8(value)) {
    violations->Add(path, v1::INVALID_UTF8,
                    "holds bytes that are not UTF-8; encode it as UTF-8");
    return false;
  }
  if (const auto found = FindForbiddenCharacter(value)) {
    violations->Add(
        path, v1::FIELD_INVALID,
        absl::StrFormat("holds U+%04X at code point %d; of the control "
                        "characters only line feed and tab are allowed",
                        found->code_point, found->position));
    return false;
  }
  // There are no more code points than bytes: most texts need no counting.
  const int64_t limit = rule.max_code_points;
  if (limit == 0 || static_cast<int64_t>(value.size()) <= limit) return true;
  const auto size = static_cast<int64_t>(CountCodePoints(value));
  if (size > limit) violations->AddTooLong(path, size, limit, "code points");
  return true;
}

void CheckEnum(int value, const FieldPlan& plan, const FieldPath& path,
               Violations* violations) {
  if (value == 0) {
    if (plan.rule.required) violations->AddRequired(path);
    return;
  }
  if (plan.field->enum_type()->FindValueByNumber(value) != nullptr) return;
  violations->Add(path, v1::FIELD_INVALID,
                  absl::StrCat(value, " is not a value of ",
                               plan.field->enum_type()->full_name(),
                               "; use one of the published proto"));
}

void CheckInteger(int64_t value, const FieldRule& rule, const FieldPath& path,
                  Violations* violations) {
  if (value >= rule.min && value <= rule.max) return;
  AddOutOfRange(absl::StrCat(value), rule, path, violations);
}

void CheckFloat(float value, const FieldRule& rule, const FieldPath& path,
                Violations* violations) {
  // Written so that NaN fails.
  if (value >= static_cast<float>(rule.min) &&
      value <= static_cast<float>(rule.max)) {
    return;
  }
  AddOutOfRange(absl::StrCat(value), rule, path, violations);
}

void CheckTimestamp(const google::protobuf::Timestamp& time,
                    const FieldPath& path, Violations* violations) {
  if (time.seconds() < kMinSeconds || time.seconds() > kMaxSeconds) {
    violations->Add(
        path.Child("seconds"), v1::FIELD_INVALID,
        absl::StrCat(time.seconds(), " is outside of the years 0001 to 9999"));
  }
  if (time.nanos() < 0 || time.nanos() > kMaxNanos) {
    violations->Add(
        path.Child("nanos"), v1::FIELD_INVALID,
        absl::StrCat(time.nanos(), " is out of range; use 0 to ", kMaxNanos));
  }
}

}  // namespace courant

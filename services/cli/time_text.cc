#include "services/cli/time_text.h"

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace courant {
namespace {

constexpr char kSeconds[] = "%Y-%m-%dT%H:%M:%SZ";

const char* FormatFor(v1::TimePrecision precision) {
  switch (precision) {
    case v1::YEAR:
      return "%Y";
    case v1::MONTH:
      return "%Y-%m";
    case v1::DAY:
      return "%Y-%m-%d";
    default:
      return kSeconds;
  }
}

}  // namespace

std::string TimeText(const google::protobuf::Timestamp& time) {
  return TimeText(time, v1::TIME_PRECISION_UNSPECIFIED);
}

std::string TimeText(const google::protobuf::Timestamp& time,
                     v1::TimePrecision precision) {
  if (time.seconds() == 0 && time.nanos() == 0) return "";
  return absl::FormatTime(FormatFor(precision),
                          absl::FromUnixSeconds(time.seconds()),
                          absl::UTCTimeZone());
}

absl::StatusOr<std::string> ReadTime(absl::string_view text) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, text, &time, &error) &&
      !absl::ParseTime("%Y-%m-%d", text, absl::UTCTimeZone(), &time, &error)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "\"", absl::CHexEscape(text),
        "\" is not a time such as 2026-11-23 or 2026-11-23T17:45:43Z"));
  }
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ", time, absl::UTCTimeZone());
}

}  // namespace courant

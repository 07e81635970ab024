#include "services/importers/ninjs/date_time.h"

#include <cstdint>
#include <string>

#include "absl/strings/ascii.h"

namespace courant::importers::ninjs {
namespace {

// 0001-01-01T00:00:00Z and 9999-12-31T23:59:59Z.
constexpr int64_t kMinSeconds = -62135596800;
constexpr int64_t kMaxSeconds = 253402300799;

// Whether `text` looks like `pattern`, in which 0 is any digit, T also t and Z
// also z.
bool LooksLike(absl::string_view text, absl::string_view pattern) {
  if (text.size() != pattern.size()) return false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool fits = pattern[i] == '0'
                          ? absl::ascii_isdigit(text[i])
                          : absl::ascii_toupper(text[i]) == pattern[i];
    if (!fits) return false;
  }
  return true;
}

bool IsOffset(absl::string_view text) {
  return LooksLike(text, "Z") || LooksLike(text, "+00:00") ||
         LooksLike(text, "-00:00");
}

}  // namespace

std::optional<absl::Time> ParseDateTime(absl::string_view text) {
  constexpr absl::string_view kSeconds = "0000-00-00T00:00:00";
  if (!LooksLike(text.substr(0, kSeconds.size()), kSeconds)) {
    return std::nullopt;
  }
  absl::string_view rest = text.substr(kSeconds.size());
  if (!rest.empty() && rest[0] == '.') {
    size_t end = 1;
    while (end < rest.size() && absl::ascii_isdigit(rest[end])) ++end;
    if (end == 1) return std::nullopt;
    rest.remove_prefix(end);
  }
  absl::Time time;
  std::string unused;
  if (!IsOffset(rest) ||
      !absl::ParseTime(absl::RFC3339_full, absl::AsciiStrToUpper(text), &time,
                       &unused)) {
    return std::nullopt;
  }
  const int64_t seconds = absl::ToUnixSeconds(time);
  if (seconds < kMinSeconds || seconds > kMaxSeconds) return std::nullopt;
  return time;
}

google::protobuf::Timestamp TimestampOf(absl::Time time) {
  google::protobuf::Timestamp timestamp;
  const int64_t seconds = absl::ToUnixSeconds(time);
  timestamp.set_seconds(seconds);
  timestamp.set_nanos(static_cast<int32_t>(
      absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
  return timestamp;
}

}  // namespace courant::importers::ninjs

#include "services/cli/time_text.h"

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace courant {
namespace {

constexpr char kSeconds[] = "%Y-%m-%dT%H:%M:%SZ";
constexpr char kAllDigits[] = "%Y-%m-%dT%H:%M:%E*SZ";

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

// A time of day, with and without seconds; the offset follows.
constexpr absl::string_view kTimesOfDay[] = {"%Y-%m-%dT%H:%M:%E*S",
                                             "%Y-%m-%dT%H:%M"};

// What a Timestamp can hold begins and ends here, and so does what a year of
// four digits says.
constexpr absl::civil_year_t kFirstYear = 1970;
constexpr absl::civil_year_t kLastYear = 9999;

bool BeginsWithDigit(absl::string_view text) {
  return !text.empty() &&
         absl::ascii_isdigit(static_cast<unsigned char>(text.front()));
}

// True if `text` is a time in one of kTimesOfDay followed by `offset`.
bool ParseAny(const std::string& text, absl::string_view offset,
              absl::Time& time) {
  for (const absl::string_view format : kTimesOfDay) {
    std::string error;
    if (!absl::ParseTime(absl::StrCat(format, offset), text, &time, &error)) {
      continue;
    }
    const absl::civil_year_t year =
        absl::ToCivilYear(time, absl::UTCTimeZone()).year();
    return year >= kFirstYear && year <= kLastYear;
  }
  return false;
}

google::protobuf::Timestamp TimestampOf(absl::Time time) {
  google::protobuf::Timestamp timestamp;
  timestamp.set_seconds(absl::ToUnixSeconds(time));
  timestamp.set_nanos(static_cast<int32_t>(absl::ToInt64Nanoseconds(
      time - absl::FromUnixSeconds(timestamp.seconds()))));
  return timestamp;
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

std::string ExactTimeText(const google::protobuf::Timestamp& time) {
  if (time.seconds() == 0 && time.nanos() == 0) return "";
  return absl::FormatTime(
      kAllDigits,
      absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos()),
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
  return absl::FormatTime(kAllDigits, time, absl::UTCTimeZone());
}

absl::StatusOr<google::protobuf::Timestamp> ReadMoment(absl::string_view text,
                                                       absl::Time now) {
  const auto refuse = [text](absl::string_view why) {
    return absl::InvalidArgumentError(
        absl::StrCat("\"", absl::CHexEscape(text), "\" ", why));
  };
  if (absl::Duration after; text.size() > 1 && text.front() == '+' &&
                            BeginsWithDigit(text.substr(1)) &&
                            absl::ParseDuration(text.substr(1), &after)) {
    constexpr absl::Duration kLongest = absl::Hours(24 * 366 * 100);
    if (after > kLongest) return refuse("is more than a century away");
    return TimestampOf(absl::FromUnixSeconds(absl::ToInt64Seconds(
        absl::Ceil(now + after - absl::UnixEpoch(), absl::Seconds(1)))));
  }
  std::string whole(text);
  constexpr size_t kDaySize = 10;  // "2026-03-02", and then a T or a space.
  if (whole.size() > kDaySize && whole[kDaySize] == ' ') whole[kDaySize] = 'T';
  // The parser also takes "infinite-future".
  absl::Time time;
  if (BeginsWithDigit(whole)) {
    if (ParseAny(whole, "%Ez", time)) return TimestampOf(time);
    if (ParseAny(whole, "", time)) {
      return refuse(
          absl::StrCat("does not say its offset from UTC; add it, as in \"",
                       text, "+09:00\", or a Z for UTC"));
    }
  }
  return refuse(
      "is not a time with its offset, such as \"2026-03-02 15:10+09:00\", nor "
      "a "
      "time from now, such as +2h or +30m");
}

}  // namespace courant

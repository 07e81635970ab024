#include "services/importers/printed_date.h"

#include <algorithm>
#include <cstdint>
#include <initializer_list>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "services/importers/unicode_text.h"

namespace courant::importers {
namespace {

constexpr size_t kLongestDate = 80;
constexpr const char* kMonths[] = {
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december"};
constexpr const char* kWeekdays[] = {"monday",   "tuesday", "wednesday",
                                     "thursday", "friday",  "saturday",
                                     "sunday"};
constexpr const char* kKoreanWeekdays[] = {"월", "화", "수", "목",
                                           "금", "토", "일"};

// Calendar fields as far as they were printed; 0 is not printed.
struct Fields {
  int year = 0;
  int month = 0;
  int day = 0;
  std::string lost;
};

// Reads a text from its front. Each Take...() moves on only if it succeeds.
class Scanner {
 public:
  explicit Scanner(absl::string_view text) : rest_(text) {}

  absl::string_view rest() const { return rest_; }
  bool done() const { return rest_.empty(); }

  // Takes any number of characters of `set`.
  void SkipAnyOf(absl::string_view set) {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(set), rest_.size()));
  }

  bool Take(absl::string_view literal) {
    return absl::ConsumePrefix(&rest_, literal);
  }

  // Takes a whole number of `least` to `most` digits.
  std::optional<int> TakeNumber(size_t least, size_t most) {
    size_t digits = 0;
    int value = 0;
    while (digits < rest_.size() && absl::ascii_isdigit(rest_[digits])) {
      if (digits == most) return std::nullopt;
      value = value * 10 + (rest_[digits++] - '0');
    }
    if (digits < least) return std::nullopt;
    rest_.remove_prefix(digits);
    return value;
  }

  // Takes a run of ASCII letters, in lower case. Empty if there is none.
  std::string TakeWord() {
    size_t length = 0;
    while (length < rest_.size() && absl::ascii_isalpha(rest_[length])) {
      ++length;
    }
    std::string word = absl::AsciiStrToLower(rest_.substr(0, length));
    rest_.remove_prefix(length);
    return word;
  }

 private:
  absl::string_view rest_;
};

// Whether `word` is `name` or its first three letters or more.
bool Abbreviates(absl::string_view word, absl::string_view name) {
  return word.size() >= 3 && absl::StartsWith(name, word);
}

// 1 for "jan", "january", ...; 0 for no month.
int MonthOf(absl::string_view word) {
  for (int i = 0; i < 12; ++i) {
    if (Abbreviates(word, kMonths[i])) return i + 1;
  }
  return 0;
}

bool IsWeekday(absl::string_view word) {
  for (const char* weekday : kWeekdays) {
    if (Abbreviates(word, weekday)) return true;
  }
  return false;
}

// What may stand between the number of a day and its month or year.
bool IsDayEnding(absl::string_view word) {
  return word.empty() || word == "st" || word == "nd" || word == "rd" ||
         word == "th" || word == "of";
}

// "Friday, ", "Fri ".
void SkipWeekday(Scanner& scanner) {
  Scanner ahead = scanner;
  if (!IsWeekday(ahead.TakeWord())) return;
  ahead.SkipAnyOf("., ");
  scanner = ahead;
}

// "(금)", " (Fri)", "금요일".
void SkipWeekdayBehind(Scanner& scanner) {
  Scanner ahead = scanner;
  ahead.SkipAnyOf(" ");
  const bool bracket = ahead.Take("(");
  bool found = false;
  for (const char* weekday : kKoreanWeekdays) {
    if (!found) found = ahead.Take(weekday);
  }
  if (found) {
    found = ahead.Take("요일") || bracket;
  } else {
    found = bracket && IsWeekday(ahead.TakeWord());
  }
  if (found && (!bracket || ahead.Take(")"))) scanner = ahead;
}

// "2019-01-04", "2019. 1. 4.", "2019년 1월 4일", "2019/01", "2019".
std::optional<Fields> TakeYearFirst(Scanner& scanner) {
  Scanner ahead = scanner;
  Fields fields;
  const std::optional<int> year = ahead.TakeNumber(4, 4);
  if (!year) return std::nullopt;
  fields.year = *year;
  scanner = ahead;
  for (int* field : {&fields.month, &fields.day}) {
    if (!ahead.Take("-") && !ahead.Take("/") && !ahead.Take(".") &&
        !ahead.Take("년") && !ahead.Take("월")) {
      break;
    }
    scanner = ahead;
    ahead.SkipAnyOf(" ");
    const std::optional<int> value = ahead.TakeNumber(1, 2);
    if (!value) break;
    *field = *value;
    scanner = ahead;
  }
  if (fields.day != 0) {
    scanner.Take("일");
    scanner.Take(".");
  } else if (fields.month != 0) {
    scanner.Take("월");
    scanner.Take(".");
  }
  return fields;
}

// "20190104".
std::optional<Fields> TakeCompact(Scanner& scanner) {
  Scanner ahead = scanner;
  const std::optional<int> all = ahead.TakeNumber(8, 8);
  if (!all) return std::nullopt;
  scanner = ahead;
  return Fields{*all / 10000, *all / 100 % 100, *all % 100, ""};
}

// "January 4, 2019", "Jan. 4th 2019", "January 2019".
std::optional<Fields> TakeMonthFirst(Scanner& scanner) {
  Scanner ahead = scanner;
  Fields fields;
  fields.month = MonthOf(ahead.TakeWord());
  if (fields.month == 0) return std::nullopt;
  ahead.SkipAnyOf("., ");
  if (const std::optional<int> day = ahead.TakeNumber(1, 2)) {
    fields.day = *day;
    if (!IsDayEnding(ahead.TakeWord())) return std::nullopt;
    ahead.SkipAnyOf(", ");
  }
  const std::optional<int> year = ahead.TakeNumber(4, 4);
  if (!year) return std::nullopt;
  fields.year = *year;
  scanner = ahead;
  return fields;
}

// "4 January 2019", "04-Jan-2019", "4th of January, 2019".
std::optional<Fields> TakeDayThenMonth(Scanner& scanner) {
  Scanner ahead = scanner;
  const std::optional<int> day = ahead.TakeNumber(1, 2);
  if (!day) return std::nullopt;
  std::string word;
  for (int words = 0; words < 3 && IsDayEnding(word); ++words) {
    ahead.SkipAnyOf(" -");
    word = ahead.TakeWord();
  }
  const int month = MonthOf(word);
  ahead.SkipAnyOf("., -");
  const std::optional<int> year = ahead.TakeNumber(4, 4);
  if (month == 0 || !year) return std::nullopt;
  scanner = ahead;
  return Fields{*year, month, *day, ""};
}

// "13/01/2019", "1.13.2019": which is the day follows from the numbers, or is
// not known.
std::optional<Fields> TakeYearLast(Scanner& scanner) {
  Scanner ahead = scanner;
  const std::optional<int> first = ahead.TakeNumber(1, 2);
  if (!first || ahead.done()) return std::nullopt;
  const std::string separator(ahead.rest().substr(0, 1));
  if (!absl::StrContains("/.-", separator) || !ahead.Take(separator)) {
    return std::nullopt;
  }
  ahead.SkipAnyOf(" ");
  const std::optional<int> second = ahead.TakeNumber(1, 2);
  if (!second || !ahead.Take(separator)) return std::nullopt;
  ahead.SkipAnyOf(" ");
  const std::optional<int> year = ahead.TakeNumber(4, 4);
  if (!year || *first == 0 || *second == 0) return std::nullopt;
  scanner = ahead;
  if (*first > 12 || *first == *second) {
    return Fields{*year, *second, *first, ""};
  }
  if (*second > 12) return Fields{*year, *first, *second, ""};
  return Fields{*year, 0, 0, "day and month could be either way round"};
}

// Where the time of day behind a date stands.
struct TimeOfDay {
  absl::Duration since_midnight;
  std::optional<absl::Duration> offset;  // From UTC; nothing when not printed.
};

// "Z", "UTC", "GMT", "KST", "+09:00", "-0500", "+09".
std::optional<absl::Duration> TakeOffset(Scanner& scanner) {
  Scanner ahead = scanner;
  const std::string word = ahead.TakeWord();
  if (!word.empty()) {
    const bool utc = word == "z" || word == "utc" || word == "gmt";
    if (!utc && word != "kst") return std::nullopt;
    scanner = ahead;
    return utc ? absl::ZeroDuration() : absl::Hours(9);
  }
  const bool east = ahead.Take("+");
  if (!east && !ahead.Take("-") && !ahead.Take("−")) return std::nullopt;
  Scanner joined = ahead;
  int hours, minutes = 0;
  if (const std::optional<int> both = joined.TakeNumber(4, 4)) {
    ahead = joined;
    hours = *both / 100;
    minutes = *both % 100;
  } else {
    const std::optional<int> first = ahead.TakeNumber(2, 2);
    if (!first) return std::nullopt;
    hours = *first;
    if (ahead.Take(":")) {
      const std::optional<int> second = ahead.TakeNumber(2, 2);
      if (!second) return std::nullopt;
      minutes = *second;
    }
  }
  if (hours > 14 || minutes > 59) return std::nullopt;
  scanner = ahead;
  const absl::Duration offset = absl::Hours(hours) + absl::Minutes(minutes);
  return east ? offset : -offset;
}

// ":30", ":30.25": the rest of a time behind its minutes.
std::optional<absl::Duration> TakeSeconds(Scanner& scanner) {
  if (!scanner.Take(":")) return absl::ZeroDuration();
  const std::optional<int> seconds = scanner.TakeNumber(2, 2);
  if (!seconds || *seconds > 60) return std::nullopt;
  absl::Duration total = absl::Seconds(*seconds);
  if (!scanner.Take(".") && !scanner.Take(",")) return total;
  absl::Duration unit = absl::Milliseconds(100);
  bool any = false;
  while (const std::optional<int> digit =
             Scanner(scanner.rest().substr(0, 1)).TakeNumber(1, 1)) {
    scanner.Take(scanner.rest().substr(0, 1));
    total += unit * *digit;
    unit /= 10;
    any = true;
  }
  return any ? std::optional(total) : std::nullopt;
}

// "10:30", "10:30:05.5", "2시 30분", "2시".
std::optional<absl::Duration> TakeClock(Scanner& scanner) {
  const std::optional<int> hour = scanner.TakeNumber(1, 2);
  if (!hour || *hour > 23) return std::nullopt;
  const bool korean = scanner.Take("시");
  if (!korean && !scanner.Take(":")) return std::nullopt;
  if (korean) scanner.SkipAnyOf(" ");
  const std::optional<int> minute = scanner.TakeNumber(korean ? 1 : 2, 2);
  if (korean ? minute && !scanner.Take("분") : !minute) return std::nullopt;
  if (minute.value_or(0) > 59) return std::nullopt;
  const std::optional<absl::Duration> seconds = TakeSeconds(scanner);
  if (!seconds) return std::nullopt;
  return absl::Hours(*hour) + absl::Minutes(minute.value_or(0)) + *seconds;
}

// "T10:30:00Z", " 10:30", ", 2:05 PM", " 오후 2:05". Takes to the end of the
// text, or nothing.
std::optional<TimeOfDay> TakeTime(Scanner& scanner) {
  Scanner ahead = scanner;
  ahead.SkipAnyOf(" ,");
  if (!ahead.Take("T")) ahead.Take("t");
  bool afternoon = ahead.Take("오후");
  bool half = afternoon || ahead.Take("오전");
  ahead.SkipAnyOf(" ");
  std::optional<absl::Duration> clock = TakeClock(ahead);
  if (!clock) return std::nullopt;
  ahead.SkipAnyOf(" ");
  Scanner meridiem = ahead;
  const std::string word = meridiem.TakeWord();
  if (word == "am" || word == "pm") {
    half = true;
    afternoon = word == "pm";
    ahead = meridiem;
    ahead.SkipAnyOf(" ");
  }
  const absl::Duration noon = absl::Hours(12);
  if (half && *clock >= noon + absl::Hours(1)) return std::nullopt;
  if (half && *clock >= noon) *clock -= noon;
  if (afternoon) *clock += noon;
  TimeOfDay time{*clock, TakeOffset(ahead)};
  // Another abbreviation of a zone means different offsets in different places.
  if (!time.offset) ahead.TakeWord();
  if (!ahead.done()) return std::nullopt;
  scanner = ahead;
  return time;
}

google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  google::protobuf::Timestamp timestamp;
  const int64_t seconds = absl::ToUnixSeconds(time);
  timestamp.set_seconds(seconds);
  timestamp.set_nanos(static_cast<int32_t>(
      absl::ToInt64Nanoseconds(time - absl::FromUnixSeconds(seconds))));
  return timestamp;
}

// The date of `fields`, with `time` when it makes it exact.
std::optional<PrintedDate> Assemble(const Fields& fields,
                                    const std::optional<TimeOfDay>& time) {
  const absl::CivilDay civil(fields.year, fields.month ? fields.month : 1,
                             fields.day ? fields.day : 1);
  const bool exists = fields.year >= 1 && civil.year() == fields.year &&
                      (!fields.month || civil.month() == fields.month) &&
                      (fields.month || !fields.day) &&
                      (!fields.day || civil.day() == fields.day);
  if (!exists || (time && fields.day == 0 && fields.lost.empty())) {
    return std::nullopt;
  }
  absl::Time start = absl::FromCivil(civil, absl::UTCTimeZone());
  PrintedDate date;
  date.lost = fields.lost;
  date.precision = fields.day ? v1::DAY : fields.month ? v1::MONTH : v1::YEAR;
  if (time && time->offset && fields.day) {
    start += time->since_midnight - *time->offset;
    date.precision = v1::TIME_PRECISION_UNSPECIFIED;
  } else if (time && date.lost.empty()) {
    date.lost = "the time of day has no offset from UTC";
  }
  date.time = ToTimestamp(start);
  return date;
}

}  // namespace

std::optional<PrintedDate> ParsePrintedDate(absl::string_view text) {
  text = TrimSpace(text);
  if (text.empty() || text.size() > kLongestDate) return std::nullopt;
  Scanner scanner(text);
  SkipWeekday(scanner);
  std::optional<Fields> fields;
  for (const auto& form : {TakeCompact, TakeYearFirst, TakeMonthFirst,
                           TakeDayThenMonth, TakeYearLast}) {
    if (!fields) fields = form(scanner);
  }
  if (!fields) return std::nullopt;
  SkipWeekdayBehind(scanner);
  std::optional<TimeOfDay> time;
  if (!scanner.done()) time = TakeTime(scanner);
  if (!scanner.done()) return std::nullopt;
  return Assemble(*fields, time);
}

}  // namespace courant::importers

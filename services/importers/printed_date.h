#ifndef COURANT_SERVICES_IMPORTERS_PRINTED_DATE_H_
#define COURANT_SERVICES_IMPORTERS_PRINTED_DATE_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "courant/v1/article.pb.h"
#include "google/protobuf/timestamp.pb.h"

namespace courant::importers {

// The forms that ParsePrintedDate() reads, for a message to somebody whose date
// was in another.
inline constexpr char kPrintedDateForms[] =
    "2019-01-04, 2019-01-04T10:30:00+09:00, January 4, 2019 or 2019년 1월 4일";

// A date as its source gave it, no more exact than that.
struct PrintedDate {
  // Start of the time that is known, UTC.
  google::protobuf::Timestamp time;
  // YEAR, MONTH or DAY; unspecified for an exact time.
  v1::TimePrecision precision = v1::TIME_PRECISION_UNSPECIFIED;
  // Why some of the text was not used, a clause; empty when all was.
  std::string lost;
};

// Reads a date, white space around it aside:
// * ISO 8601: "2019", "2019-01", "2019-01-04", "20190104", and with a time
//   behind "T" or a space; years of four digits only, 0001 to 9999.
// * As printed in English: "January 4, 2019", "4 Jan 2019", with or without the
//   day of the week, also RFC 5322.
// * As printed in Korean: "2019년 1월 4일", "2019. 1. 4.", "2019/1/4", with or
//   without the day of the week in brackets behind.
// * All in figures with the year last: "13/01/2019". Where day and month could
//   be either way round, only the year is known: YEAR.
// A time of day counts only with its offset from UTC ("Z", "UTC", "+09:00",
// "KST"); without one it is left out, and the precision is DAY.
//
// Nothing for anything else, and for a day that no calendar has. Thread-safe.
std::optional<PrintedDate> ParsePrintedDate(absl::string_view text);

}  // namespace courant::importers

#endif  // COURANT_SERVICES_IMPORTERS_PRINTED_DATE_H_

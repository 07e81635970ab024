#ifndef COURANT_SERVICES_CLI_TIME_TEXT_H_
#define COURANT_SERVICES_CLI_TIME_TEXT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "courant/v1/article.pb.h"
#include "google/protobuf/timestamp.pb.h"

// Times as people read and write them. Thread-safe.
namespace courant {

// UTC to the second, rounded down: "2026-11-23T17:45:43Z". Empty for a time
// that is not set.
std::string TimeText(const google::protobuf::Timestamp& time);

// UTC to the last digit that is not 0: "2026-11-23T17:45:43.25Z". Empty for a
// time that is not set.
std::string ExactTimeText(const google::protobuf::Timestamp& time);

// As much of `time` as is known: "2018-06-02" for a day, "2018" for a year.
std::string TimeText(const google::protobuf::Timestamp& time,
                     v1::TimePrecision precision);

// Reads an RFC 3339 time ("2026-11-23T17:45:43+09:00") or a day ("2026-11-23",
// its beginning in UTC) and returns it as RFC 3339 in UTC, to be compared in a
// filter. INVALID_ARGUMENT for anything else.
absl::StatusOr<std::string> ReadTime(absl::string_view text);

// Reads the moment at which something shall happen: a time with its offset
// from UTC ("2026-03-02T15:10:00+09:00", "2026-03-02 15:10+09:00",
// "2026-03-02 06:10Z"), or how long after `now` ("+2h", "+1h30m"), rounded up
// to a second so that TimeText() can say it again exactly.
//
// INVALID_ARGUMENT for anything else; for a time without an offset, which
// could be anybody's, the message says how to add one.
absl::StatusOr<google::protobuf::Timestamp> ReadMoment(absl::string_view text,
                                                       absl::Time now);

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_TIME_TEXT_H_

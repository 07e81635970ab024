#ifndef COURANT_SERVICES_IMPORTERS_NINJS_DATE_TIME_H_
#define COURANT_SERVICES_IMPORTERS_NINJS_DATE_TIME_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"

namespace courant::importers::ninjs {

// Reads a date-time of RFC 3339 with its offset: "2026-03-04T10:30:00+09:00",
// "...Z", with or without a fraction of a second, years 0001 to 9999. Nothing
// for anything else, a time without an offset first of all: it could be any of
// 26 hours. Thread-safe.
std::optional<absl::Time> ParseDateTime(absl::string_view text);

// The same moment, to the nanosecond. Thread-safe.
google::protobuf::Timestamp TimestampOf(absl::Time time);

}  // namespace courant::importers::ninjs

#endif  // COURANT_SERVICES_IMPORTERS_NINJS_DATE_TIME_H_

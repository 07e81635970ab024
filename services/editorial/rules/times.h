#ifndef COURANT_SERVICES_EDITORIAL_RULES_TIMES_H_
#define COURANT_SERVICES_EDITORIAL_RULES_TIMES_H_

#include <string>

#include "absl/time/time.h"
#include "courant/v1/article.pb.h"
#include "google/protobuf/timestamp.pb.h"

// The times of an article that somebody waits for. Pure and thread-safe.
namespace courant {

// `time` as a point in time, exactly.
absl::Time ToTime(const google::protobuf::Timestamp& time);

// `time` for people: "2026-03-02T06:10:00Z", with as much of a second as it
// has.
std::string ToText(absl::Time time);

// When the server itself has to act on `article`, as its state says: at
// `schedule_time` while SCHEDULED, at `embargo_until` while EMBARGOED, at
// `expires_at` while PUBLISHED, CORRECTED or WITHHELD. The infinite future when
// it has not.
absl::Time DueTime(const v1::Article& article);

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_RULES_TIMES_H_

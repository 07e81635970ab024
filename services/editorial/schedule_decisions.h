#ifndef COURANT_SERVICES_EDITORIAL_SCHEDULE_DECISIONS_H_
#define COURANT_SERVICES_EDITORIAL_SCHEDULE_DECISIONS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "courant/v1/article_service.pb.h"
#include "services/editorial/decision_parts.h"
#include "storage/committer.h"

// What waits for a time: decided when it is set, and when it has come. See
// article_decisions.h for what all decisions keep to.
namespace courant {

// Who made what the server decides by itself.
inline constexpr absl::string_view kSchedulerActor = "system/scheduler";

// Has a draft published at `time`, or moves that time.
//   NOT_FOUND, ABORTED / ETAG_MISMATCH, ILLEGAL_TRANSITION, NOT_PUBLISHABLE
//   INVALID_ARGUMENT / FIELD_INVALID  `schedule_time` is not later than now
absl::StatusOr<storage::Decision> DecideSchedule(
    const storage::DecisionContext& context, const Target& target,
    const google::protobuf::Timestamp& time, absl::string_view actor);

// Makes it a draft again.
//   NOT_FOUND, ABORTED / ETAG_MISMATCH, ILLEGAL_TRANSITION
absl::StatusOr<storage::Decision> DecideUnschedule(
    const storage::DecisionContext& context, const Target& target,
    absl::string_view actor);

// What is due of `article_ids`, in this order, but each behind what it was made
// from, which is decided too if it is due: publishes what was scheduled, lifts
// embargoes, lets rights expire. What is not due any more, since somebody
// moved or stopped it or another decision was first, is passed over. What was
// scheduled and cannot be published after all becomes a draft with the reason
// in its change note: it must not hold up the others. Never fails for one
// article's sake.
absl::StatusOr<storage::Decision> DecideDue(
    const storage::DecisionContext& context,
    const std::vector<std::string>& article_ids);

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_SCHEDULE_DECISIONS_H_

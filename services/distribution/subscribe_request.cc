#include "services/distribution/subscribe_request.h"

#include <algorithm>

#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant {

absl::Duration ProgressInterval(const v1::SubscribeChangesRequest& request,
                                absl::Duration otherwise) {
  if (!request.has_progress_interval()) return otherwise;
  return std::clamp(absl::Seconds(request.progress_interval().seconds()) +
                        absl::Nanoseconds(request.progress_interval().nanos()),
                    absl::Seconds(1), absl::Seconds(60));
}

absl::Status CheckRequest(const v1::SubscribeChangesRequest& request) {
  if (request.end_sequence() < 0) {
    return InvalidField("end_sequence", "is negative; 0 means never");
  }
  if (!v1::SubscribeChangesRequest::Conflation_IsValid(request.conflation())) {
    return InvalidField("conflation",
                        "is no known Conflation; use NONE or "
                        "WHILE_CATCHING_UP");
  }
  if (request.max_batch_changes() < 0) {
    return InvalidField("max_batch_changes", "is negative; use 1 to 64");
  }
  return absl::OkStatus();
}

absl::StatusOr<LogPosition> FindStart(
    const v1::SubscribeChangesRequest& request, const Filter& filter,
    const LogPositions& positions, HubMetrics& metrics) {
  switch (request.start_case()) {
    case v1::SubscribeChangesRequest::kResumeToken: {
      auto position =
          positions.Open(request.resume_token(), filter, "resume_token");
      (position.ok() ? metrics.resumed : metrics.resume_refused).Increment();
      return position;
    }
    case v1::SubscribeChangesRequest::kResumeAfterSequence: {
      COURANT_ASSIGN_OR_RETURN(LogPosition position,
                               positions.After(request.resume_after_sequence(),
                                               "resume_after_sequence"));
      // If that is a change of rights, the client may stand in the middle of
      // it: then all of it once more.
      if (request.resume_after_sequence() > 0) position.rights_key.emplace();
      return position;
    }
    case v1::SubscribeChangesRequest::kStartFrom:
      return positions.Start(request.start_from());
    case v1::SubscribeChangesRequest::START_NOT_SET:
      break;
  }
  return positions.Tail();
}

}  // namespace courant

#include "services/distribution/subscribe_request.h"

#include <algorithm>

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

}  // namespace courant

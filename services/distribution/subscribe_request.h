#ifndef COURANT_SERVICES_DISTRIBUTION_SUBSCRIBE_REQUEST_H_
#define COURANT_SERVICES_DISTRIBUTION_SUBSCRIBE_REQUEST_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "courant/v1/change_service.pb.h"
#include "services/distribution/hub_metrics.h"
#include "services/distribution/log_positions.h"
#include "services/filter/filter.h"

// What a SubscribeChangesRequest says. Thread-safe.
namespace courant {

// OK, or which field is out of its range.
//   INVALID_ARGUMENT / FIELD_INVALID
absl::Status CheckRequest(const v1::SubscribeChangesRequest& request);

// How long nothing may be said: as it asks, clamped to what the contract says;
// `otherwise` when it does not ask.
absl::Duration ProgressInterval(const v1::SubscribeChangesRequest& request,
                                absl::Duration otherwise);

// Where it says to begin. `filter` is its filter; a token is counted in
// `metrics`.
//   errors of LogPositions
absl::StatusOr<LogPosition> FindStart(
    const v1::SubscribeChangesRequest& request, const Filter& filter,
    const LogPositions& positions, HubMetrics& metrics);

}  // namespace courant

#endif  // COURANT_SERVICES_DISTRIBUTION_SUBSCRIBE_REQUEST_H_

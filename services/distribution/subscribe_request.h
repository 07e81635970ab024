#ifndef COURANT_SERVICES_DISTRIBUTION_SUBSCRIBE_REQUEST_H_
#define COURANT_SERVICES_DISTRIBUTION_SUBSCRIBE_REQUEST_H_

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "courant/v1/change_service.pb.h"

// What a SubscribeChangesRequest says beside its filter and its start. Pure.
namespace courant {

// OK, or which field is out of its range.
//   INVALID_ARGUMENT / FIELD_INVALID
absl::Status CheckRequest(const v1::SubscribeChangesRequest& request);

// How long nothing may be said: as it asks, clamped to what the contract says;
// `otherwise` when it does not ask.
absl::Duration ProgressInterval(const v1::SubscribeChangesRequest& request,
                                absl::Duration otherwise);

}  // namespace courant

#endif  // COURANT_SERVICES_DISTRIBUTION_SUBSCRIBE_REQUEST_H_

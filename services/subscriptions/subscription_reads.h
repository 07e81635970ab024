#ifndef COURANT_SERVICES_SUBSCRIPTIONS_SUBSCRIPTION_READS_H_
#define COURANT_SERVICES_SUBSCRIPTIONS_SUBSCRIPTION_READS_H_

#include <string>

#include "absl/status/statusor.h"
#include "courant/v1/subscription_service.pb.h"
#include "services/distribution/change_hub.h"
#include "services/distribution/log_positions.h"
#include "services/rpc/request_context.h"
#include "services/rpc/token_mac.h"
#include "services/subscriptions/session_table.h"
#include "storage/base/clock.h"
#include "storage/subscription_store.h"

namespace courant {

// What the methods of SubscriptionService work with. Nothing is owned; all must
// outlive whatever has this.
struct SubscriptionParts {
  // The rows, and the one way to change them.
  storage::SubscriptionStore& store;
  // The streams that are open on subscriptions.
  SessionTable& sessions;
  // Reads changes: those that are parked, and when others were committed.
  const ChangeHub& hub;
  // Makes tokens of cursors and back.
  const LogPositions& positions;
  // Makes page tokens.
  const TokenKey& key;
  // What lag is measured by, and what is written as the time of something.
  const Clock& clock;
};

// The methods of SubscriptionService that change nothing. See
// subscription_service.proto for the contract of each. Thread-safe; blocks on
// the disk.
class SubscriptionReads {
 public:
  // What `parts` refers to must outlive this.
  explicit SubscriptionReads(const SubscriptionParts& parts) : parts_(parts) {}

  // The subscription with its lag as of now: one lookup, and one read of the
  // log if it is behind.
  //   NOT_FOUND / RESOURCE_NOT_FOUND  there is none of that name
  absl::StatusOr<v1::Subscription> Get(
      const RequestContext& context, const v1::GetSubscriptionRequest& request);
  // A page of the subscriptions of a partner, or of all, by name.
  //   INVALID_ARGUMENT / PAGE_TOKEN_INVALID
  absl::StatusOr<v1::ListSubscriptionsResponse> List(
      const RequestContext& context,
      const v1::ListSubscriptionsRequest& request);
  // A page of what is parked in a subscription, in log order; without the
  // changes themselves, which SubscriptionWrites::Replay() gives.
  //   NOT_FOUND / RESOURCE_NOT_FOUND
  //   INVALID_ARGUMENT / PAGE_TOKEN_INVALID
  absl::StatusOr<v1::ListParkedChangesResponse> ListParked(
      const RequestContext& context,
      const v1::ListParkedChangesRequest& request);

 private:
  const SubscriptionParts parts_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_SUBSCRIPTIONS_SUBSCRIPTION_READS_H_

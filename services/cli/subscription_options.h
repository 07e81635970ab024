#ifndef COURANT_SERVICES_CLI_SUBSCRIPTION_OPTIONS_H_
#define COURANT_SERVICES_CLI_SUBSCRIPTION_OPTIONS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "courant/v1/subscription.pb.h"
#include "google/protobuf/timestamp.pb.h"
#include "services/cli/command.h"

// What the commands on subscriptions have in common. Thread-safe.
namespace courant {

// The operand NAME of a command on one subscription, and its value in full. A
// usage error for what has no two parts.
Operand SubscriptionOperand();
absl::StatusOr<std::string> NamedSubscription(const Context& context);

// --etag, for a command that can be refused when somebody else was quicker.
Option SubscriptionEtagOption();

// The value of the time option `name`: a time, or a day, in the past.
absl::StatusOr<google::protobuf::Timestamp> ReadPastOption(
    const Arguments& arguments, const std::string& name);

// Prints `subscription`, the answer to a call, as the user of `context` wants
// it. An error is returned with what the user can do about it.
absl::Status ReportSubscription(
    const absl::StatusOr<v1::Subscription>& subscription, Context& context);

// `status` of a call that changes something, with how to try it again where it
// is not known whether it took effect.
absl::Status WithRetryHint(absl::Status status, const Context& context);

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_SUBSCRIPTION_OPTIONS_H_

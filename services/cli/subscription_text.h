#ifndef COURANT_SERVICES_CLI_SUBSCRIPTION_TEXT_H_
#define COURANT_SERVICES_CLI_SUBSCRIPTION_TEXT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "courant/v1/subscription.pb.h"

// Subscriptions as people write and read them. Thread-safe.
namespace courant {

// `partners/{partner}/subscriptions/{subscription}` for `text`, which may be
// "PARTNER/SUBSCRIPTION" alone. A usage error for anything else.
absl::StatusOr<std::string> SubscriptionNameOf(absl::string_view text);

// The shortest form of a name that the command line takes: "site/all". Cleaned
// for a terminal.
std::string ShortSubscriptionName(absl::string_view name);

// One line, without a line break at its end:
//
//   partners/site/subscriptions/all  at 1200  4 behind (2.5s)
//
// then, where it is so, what is parked, and whether a stream is open.
std::string SubscriptionLine(const v1::Subscription& subscription);

// All of it, a line for each thing that is set.
std::string SubscriptionText(const v1::Subscription& subscription);

// How long the oldest change waits: "2.5s", "3m10s"; "0" for none.
std::string LagText(const v1::Subscription& subscription);

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_SUBSCRIPTION_TEXT_H_

#ifndef COURANT_SERVICES_SUBSCRIPTIONS_SUBSCRIPTION_NAME_H_
#define COURANT_SERVICES_SUBSCRIPTIONS_SUBSCRIPTION_NAME_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

// Names of partners, subscriptions and changes. Pure and thread-safe. Every
// error is INVALID_ARGUMENT / FIELD_REQUIRED or FIELD_INVALID naming `field`.
// An id is 1 to 64 characters of `[a-z0-9-]`, first a letter or digit. Whether
// there is such a partner nobody asks yet.
namespace courant {

// Checks `partners/{partner}`.
absl::Status CheckPartnerName(absl::string_view name, absl::string_view field);

// Checks `partners/{partner}/subscriptions/{subscription}`.
absl::Status CheckSubscriptionName(absl::string_view name,
                                   absl::string_view field);

// The name of a subscription of `parent`, which was checked.
std::string SubscriptionName(absl::string_view parent, absl::string_view id);

}  // namespace courant

#endif  // COURANT_SERVICES_SUBSCRIPTIONS_SUBSCRIPTION_NAME_H_

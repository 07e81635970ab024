#ifndef COURANT_SERVICES_SUBSCRIPTIONS_PARKED_PAGE_H_
#define COURANT_SERVICES_SUBSCRIPTIONS_PARKED_PAGE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "courant/v1/subscription.pb.h"
#include "services/rpc/page_token.h"
#include "services/rpc/token_mac.h"
#include "storage/subscription_store.h"

// Pages of what is parked: the lists of ListParkedChanges and of
// ReplayParkedChanges, which share their tokens. A token names the last change
// of its page, so that what is parked or struck off between two pages moves
// nothing. Every function is thread-safe.
namespace courant {

// A page, and how to get the next.
struct ParkedPage {
  // In log order.
  std::vector<storage::SubscriptionStore::Parked> changes;
  std::string next_page_token;  // empty when this is the last
};

// Reads at most `size` of what is parked in the subscription `name`, behind
// `page_token`, if that is not empty.
//   INVALID_ARGUMENT / PAGE_TOKEN_INVALID
//   errors of SubscriptionStore::ListParked()
absl::StatusOr<ParkedPage> ReadParkedPage(
    const storage::SubscriptionStore& store, const TokenKey& key,
    const std::string& name, size_t size, const std::string& page_token);

// The token for what comes behind `last` in the subscription `name`.
std::string ParkedPageToken(const TokenKey& key, const std::string& name,
                            Sequence last);

// A parked change as callers see it.
v1::ParkedChange ToParkedChange(Sequence sequence,
                                const storage::v1::ParkedRow& row);

// What the pages of one list have in common: the fingerprint of `text`.
uint64_t PageScope(absl::string_view text);

}  // namespace courant

#endif  // COURANT_SERVICES_SUBSCRIPTIONS_PARKED_PAGE_H_

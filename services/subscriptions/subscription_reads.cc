#include "services/subscriptions/subscription_reads.h"

#include <optional>
#include <vector>

#include "services/editorial/article_errors.h"
#include "services/rpc/page_size.h"
#include "services/subscriptions/parked_page.h"
#include "services/subscriptions/subscription_name.h"
#include "services/subscriptions/subscription_parts.h"
#include "storage/base/status_macros.h"
#include "storage/entry_builder.h"
#include "storage/errors/reason.h"

namespace courant {

absl::StatusOr<v1::Subscription> SubscriptionReads::Get(
    const RequestContext& /*context*/,
    const v1::GetSubscriptionRequest& request) {
  COURANT_RETURN_IF_ERROR(CheckSubscriptionName(request.name(), "name"));
  COURANT_ASSIGN_OR_RETURN(
      const std::optional<storage::v1::SubscriptionRow> row,
      parts_.store.Find(request.name()));
  if (!row) return ResourceNotFound(request.name());
  return ToSubscription(request.name(), *row, parts_.positions.log(),
                        parts_.clock.Now(),
                        parts_.sessions.IsOpen(request.name()));
}

absl::StatusOr<v1::ListSubscriptionsResponse> SubscriptionReads::List(
    const RequestContext& /*context*/,
    const v1::ListSubscriptionsRequest& request) {
  std::string prefix;
  if (request.parent() != "partners/-") {
    COURANT_RETURN_IF_ERROR(CheckPartnerName(request.parent(), "parent"));
    prefix = SubscriptionName(request.parent(), "");
  }
  COURANT_ASSIGN_OR_RETURN(const size_t size, PageSizeOf(request.page_size()));
  const uint64_t scope = PageScope(prefix);
  std::string after;
  if (!request.page_token().empty()) {
    COURANT_ASSIGN_OR_RETURN(
        after, OpenPageToken(parts_.key, PagedList::kSubscriptions, scope,
                             request.page_token()));
  }
  // One more, to know whether there is a next page.
  COURANT_ASSIGN_OR_RETURN(std::vector<storage::SubscriptionStore::Named> found,
                           parts_.store.List(prefix, after, size + 1));
  v1::ListSubscriptionsResponse response;
  if (found.size() > size) {
    found.pop_back();
    response.set_next_page_token(
        MintPageToken(parts_.key, {.list = PagedList::kSubscriptions,
                                   .scope = scope,
                                   .last_key = found.back().name}));
  }
  const absl::Time now = parts_.clock.Now();
  for (const auto& [name, row] : found) {
    COURANT_ASSIGN_OR_RETURN(*response.add_subscriptions(),
                             ToSubscription(name, row, parts_.positions.log(),
                                            now, parts_.sessions.IsOpen(name)));
  }
  return response;
}

absl::StatusOr<v1::ListParkedChangesResponse> SubscriptionReads::ListParked(
    const RequestContext& /*context*/,
    const v1::ListParkedChangesRequest& request) {
  COURANT_RETURN_IF_ERROR(CheckSubscriptionName(request.parent(), "parent"));
  COURANT_ASSIGN_OR_RETURN(const size_t size, PageSizeOf(request.page_size()));
  COURANT_ASSIGN_OR_RETURN(
      const std::optional<storage::v1::SubscriptionRow> row,
      parts_.store.Find(request.parent()));
  if (!row) return ResourceNotFound(request.parent());
  COURANT_ASSIGN_OR_RETURN(
      const ParkedPage page,
      ReadParkedPage(parts_.store, parts_.key, request.parent(), size,
                     request.page_token()));
  v1::ListParkedChangesResponse response;
  response.set_next_page_token(page.next_page_token);
  for (const auto& [sequence, parked] : page.changes) {
    *response.add_parked_changes() = ToParkedChange(sequence, parked);
  }
  return response;
}

}  // namespace courant

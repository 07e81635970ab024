#include "services/subscriptions/subscription_service.h"

#include <type_traits>
#include <utility>

namespace courant {
namespace {

// A handler for a write that is answered later. `Parameter` is the request, or
// a const reference to it where nothing of it is kept.
template <typename Parameter>
UnaryHandler BindLater(SubscriptionWrites& writes,
                       void (SubscriptionWrites::*method)(const RequestContext&,
                                                          Parameter,
                                                          UnaryDone)) {
  using Request = std::remove_cvref_t<Parameter>;
  return Deferred<Request>([&writes, method](const RequestContext& context,
                                             Request request, UnaryDone done) {
    (writes.*method)(context, std::move(request), std::move(done));
  });
}

template <typename Request, typename Response>
UnaryHandler BindNow(SubscriptionReads& reads,
                     absl::StatusOr<Response> (SubscriptionReads::*method)(
                         const RequestContext&, const Request&)) {
  return Typed<Request, Response>(
      [&reads, method](const RequestContext& context, const Request& request) {
        return (reads.*method)(context, request);
      });
}

}  // namespace

ServiceTable SubscriptionServiceTable(SubscriptionWrites& writes,
                                      SubscriptionReads& reads) {
  using W = SubscriptionWrites;
  using R = SubscriptionReads;
  return {
      .name = "courant.v1.SubscriptionService",
      .methods = {
          {.name = "CreateSubscription",
           .unary = BindLater(writes, &W::Create)},
          {.name = "GetSubscription", .unary = BindNow(reads, &R::Get)},
          {.name = "ListSubscriptions", .unary = BindNow(reads, &R::List)},
          {.name = "UpdateSubscription",
           .unary = BindLater(writes, &W::Update)},
          {.name = "DeleteSubscription",
           .unary = BindLater(writes, &W::Delete)},
          {.name = "CommitCursor", .unary = BindLater(writes, &W::Commit)},
          {.name = "SeekSubscription", .unary = BindLater(writes, &W::Seek)},
          {.name = "ParkChange", .unary = BindLater(writes, &W::Park)},
          {.name = "ListParkedChanges",
           .unary = BindNow(reads, &R::ListParked)},
          {.name = "ReplayParkedChanges",
           .unary = TypedRequest<v1::ReplayParkedChangesRequest>(
               [&writes](const RequestContext& context,
                         const v1::ReplayParkedChangesRequest& request) {
                 return writes.Replay(context, request);
               })},
      }};
}

}  // namespace courant

#ifndef COURANT_SERVICES_SUBSCRIPTIONS_SUBSCRIPTION_WRITES_H_
#define COURANT_SERVICES_SUBSCRIPTIONS_SUBSCRIPTION_WRITES_H_

#include <functional>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "courant/v1/subscription_service.pb.h"
#include "google/protobuf/message.h"
#include "prometheus/counter.h"
#include "services/rpc/handler.h"
#include "services/rpc/request_context.h"
#include "services/subscriptions/subscription_reads.h"
#include "storage/subscription_store.h"

namespace courant {

// The methods of SubscriptionService that change something. Each checks the
// request by itself, and decides on the thread of the store, against the newest
// row; the answer comes when it is on stable storage. See
// subscription_service.proto for the contract of each. Thread-safe.
class SubscriptionWrites {
 public:
  // Subscriptions that there may be, and parked changes in one.
  static constexpr int64_t kMaxSubscriptions = 10'000;
  static constexpr int32_t kMaxParked = 1000;

  // `commits` counts cursors that were moved by a commit. Not owned; must
  // outlive this.
  SubscriptionWrites(const SubscriptionParts& parts,
                     prometheus::Counter& commits)
      : parts_(parts), commits_(commits) {}

  // Makes one. Its cursor is found before it is submitted, so that a commit in
  // between comes after it.
  void Create(const RequestContext& context,
              const v1::CreateSubscriptionRequest& request, UnaryDone done);
  // Changes what is in the mask. Another filter moves the cursor to a token for
  // that filter, and ends the stream.
  void Update(const RequestContext& context,
              v1::UpdateSubscriptionRequest request, UnaryDone done);
  // Removes it, what is parked in it, and its stream.
  void Delete(const RequestContext& context,
              const v1::DeleteSubscriptionRequest& request, UnaryDone done);
  // Moves the cursor forward, for the newest session or, when no stream is
  // open, for anybody. Takes no request_id: saying it twice is saying it once.
  void Commit(const RequestContext& context, v1::CommitCursorRequest request,
              UnaryDone done);
  // Moves the cursor anywhere, and ends the session, so that what was read
  // before cannot be committed any more.
  void Seek(const RequestContext& context, v1::SeekSubscriptionRequest request,
            UnaryDone done);
  // Puts a change aside. Blocks on the disk to see that there is such a change.
  void Park(const RequestContext& context, const v1::ParkChangeRequest& request,
            UnaryDone done);

  // Strikes off what is done, then gives a page of what is left, with the
  // changes as they would be sent now. Blocks on the disk, and on the store
  // when the request says what is done.
  absl::StatusOr<std::string> Replay(
      const RequestContext& context,
      const v1::ReplayParkedChangesRequest& request);

 private:
  using Row = storage::v1::SubscriptionRow;

  // Decides about the subscription that the request names, which there is.
  using DecideRow = absl::AnyInvocable<absl::StatusOr<std::string>(
      storage::SubscriptionEdit&, Row&)>;

  // Runs `decide` once for each request_id, and gives its answer again to who
  // asks again; `then` runs when it was written by this call.
  void Run(const std::string& request_id, std::string fingerprint,
           storage::SubscriptionStore::Decide decide,
           std::function<void()> then, UnaryDone done);
  // `decide`, for the row of `name`.
  static storage::SubscriptionStore::Decide ForRow(std::string name,
                                                   DecideRow decide);
  // The answer of a method that returns a Subscription.
  absl::StatusOr<std::string> Encoded(const std::string& name,
                                      const Row& row) const;
  // Moves the cursor of `row` under `filter`, another one.
  absl::Status ChangeFilter(
      const std::string& filter,
      v1::UpdateSubscriptionRequest::FilterTransition transition,
      Row& row) const;
  // The change `sequence`, which can be parked in the subscription `name`.
  //   INVALID_ARGUMENT
  //   NOT_FOUND         it is none of the subscription's
  absl::StatusOr<SharedChangePtr> FindParkable(const std::string& name,
                                               Sequence sequence) const;
  // Does what `done` of the request asks for.
  absl::Status Unpark(const v1::ReplayParkedChangesRequest& request);

  const SubscriptionParts parts_;
  prometheus::Counter& commits_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_SUBSCRIPTIONS_SUBSCRIPTION_WRITES_H_

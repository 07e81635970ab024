#ifndef COURANT_SERVICES_DISTRIBUTION_CHANGE_SERVICE_H_
#define COURANT_SERVICES_DISTRIBUTION_CHANGE_SERVICE_H_

#include <atomic>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "courant/v1/change_service.pb.h"
#include "services/distribution/change_hub.h"
#include "services/distribution/change_stream.h"
#include "services/distribution/log_positions.h"
#include "services/rpc/handler.h"
#include "storage/base/mutex.h"

namespace courant {

// courant.v1.ChangeService: the methods as functions, and their table. See the
// proto for the contract of each. Thread-safe.
//
// Polling and streaming give the same changes in the same order with the same
// tokens, because both read through ChangeHub and mint through LogPositions: a
// client may go from one to the other at any point.
class ChangeService {
 public:
  // Calls of ListChanges that may wait at a time, unless it is said otherwise.
  // More get an empty page at once: each holds a worker.
  static constexpr int kMaxWaiting = 16;
  // The same of one partner: fewer than it has threads at a time, so that what
  // it reads does not wait behind its own polls.
  static constexpr int kMaxWaitingOfPartner = 2;

  // Nothing is owned; both must outlive the service, and so must what
  // `open_cursor` refers to. `progress_interval` is for streams that ask for
  // none; see ChangeStream. `rights` say what partners are told; without them
  // nothing. `max_waiting` is of this object alone: who must not take the
  // places of others has another one. What partners are given is written down
  // in `deliveries`, if there is such a book.
  ChangeService(
      ChangeHub& hub, const LogPositions& positions,
      absl::Duration progress_interval = ChangeStream::kProgressInterval,
      OpenCursor open_cursor = nullptr, RightsBook* rights = nullptr,
      int max_waiting = kMaxWaiting, DeliveryBook* deliveries = nullptr)
      : hub_(hub),
        positions_(positions),
        progress_interval_ns_(absl::ToInt64Nanoseconds(progress_interval)),
        open_cursor_(std::move(open_cursor)),
        rights_(rights),
        max_waiting_(max_waiting),
        deliveries_(deliveries) {}

  // Another `progress_interval` for streams that are opened from now on.
  void SetProgressInterval(absl::Duration interval) {
    progress_interval_ns_.store(absl::ToInt64Nanoseconds(interval));
  }

  // The handlers refer to this object.
  ServiceTable Table();

 private:
  absl::StatusOr<std::string> GetChange(const RequestContext& context,
                                        const v1::GetChangeRequest& request);
  absl::StatusOr<std::string> ListChanges(
      const RequestContext& context, const v1::ListChangesRequest& request);
  absl::StatusOr<v1::ChangeLogStatus> GetChangeLogStatus(
      const RequestContext& context,
      const v1::GetChangeLogStatusRequest& request);

  // Adds one page to `response` and moves `position`.
  absl::Status AddPage(FollowingViewer viewer, const Filter& filter,
                       size_t page_size, absl::Time deadline,
                       LogPosition* position, std::string* response);
  // Adds one page of a snapshot to `response` and moves `position`: out of the
  // snapshot when nothing is left of it.
  absl::Status AddSnapshotPage(FollowingViewer viewer, const Filter& filter,
                               size_t page_size, LogPosition* position,
                               std::string* response);
  // The same of what a change of rights takes from a partner. Returns how many
  // articles were looked at for it, as RightsScan counts.
  //   DEADLINE_EXCEEDED  that took until `deadline`
  absl::StatusOr<size_t> AddRightsPage(FollowingViewer viewer,
                                       const Filter& filter, size_t page_size,
                                       absl::Time deadline,
                                       LogPosition* position,
                                       std::string* response);
  // The same of the log.
  absl::Status AddLogPage(FollowingViewer viewer, const Filter& filter,
                          size_t page_size, LogPosition* position,
                          std::string* response);

  // Who calls.
  FollowingViewer ViewerFor(const RequestContext& context) const {
    return FollowingViewer(context, rights_, hub_.log(), deliveries_);
  }

  // Waits for a change after `position`, if the request asks for it: at most as
  // long as it says, until 200 ms before the caller's deadline, or until the
  // server stops. Gives no error; what was found is in the page.
  void WaitForMore(const RequestContext& context,
                   const v1::ListChangesRequest& request, Sequence position);

  ChangeHub& hub_;
  const LogPositions& positions_;
  std::atomic<int64_t> progress_interval_ns_;
  const OpenCursor open_cursor_;
  RightsBook* const rights_;
  const int max_waiting_;
  DeliveryBook* const deliveries_;
  // Takes a place to wait, and gives it back.
  bool BeginWait(const RequestContext& context) ABSL_LOCKS_EXCLUDED(mu_);
  void EndWait(const RequestContext& context) ABSL_LOCKS_EXCLUDED(mu_);

  Mutex mu_;
  // Calls in WaitForMore now, and those of each partner.
  int waiting_ ABSL_GUARDED_BY(mu_) = 0;
  absl::flat_hash_map<std::string, int> waiting_of_ ABSL_GUARDED_BY(mu_);
};

}  // namespace courant

#endif  // COURANT_SERVICES_DISTRIBUTION_CHANGE_SERVICE_H_

#ifndef COURANT_SERVICES_DISTRIBUTION_CHANGE_SERVICE_H_
#define COURANT_SERVICES_DISTRIBUTION_CHANGE_SERVICE_H_

#include <atomic>
#include <string>

#include "absl/status/statusor.h"
#include "courant/v1/change_service.pb.h"
#include "services/distribution/change_hub.h"
#include "services/distribution/log_positions.h"
#include "services/rpc/handler.h"

namespace courant {

// courant.v1.ChangeService: the methods as functions, and their table. See the
// proto for the contract of each. Thread-safe.
class ChangeService {
 public:
  // Calls of ListChanges that may wait at a time. More get an empty page at
  // once: each holds a worker.
  static constexpr int kMaxWaiting = 16;

  // Nothing is owned; both must outlive the service.
  ChangeService(ChangeHub& hub, const LogPositions& positions)
      : hub_(hub), positions_(positions) {}

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

  // Waits for a change after `position`, if the request asks for it.
  void WaitForMore(const RequestContext& context,
                   const v1::ListChangesRequest& request, Sequence position);

  ChangeHub& hub_;
  const LogPositions& positions_;
  std::atomic<int> waiting_{0};
};

}  // namespace courant

#endif  // COURANT_SERVICES_DISTRIBUTION_CHANGE_SERVICE_H_

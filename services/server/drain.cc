#include "services/server/drain.h"

#include <algorithm>

#include "services/edge/connection.h"

namespace courant {
namespace {

// How long a stop waits for streams to end before it closes their connections,
// and how long it leaves those for what clients have not read yet.
constexpr absl::Duration kStreamsEndWithin = absl::Seconds(1);
constexpr absl::Duration kLastRead = absl::Milliseconds(100);
// Between two looks.
constexpr absl::Duration kLook = absl::Milliseconds(10);

}  // namespace

void LeaveToNext(GrpcListener& internal, GrpcListener* partner,
                 const absl::Notification& urgent) {
  absl::Time until = internal.LeaveToNext();
  if (partner != nullptr) until = std::max(until, partner->LeaveToNext());
  while (SteadyNow() < until) {
    if (urgent.WaitForNotificationWithTimeout(kLook)) return;
  }
}

void LetStreamsEnd(const ChangeHub& hub, const absl::Notification& urgent) {
  if (hub.SubscriberCount() == 0) return;
  const absl::Time end = SteadyNow() + kStreamsEndWithin;
  while (hub.SubscriberCount() > 0 && SteadyNow() < end) {
    if (urgent.WaitForNotificationWithTimeout(kLook)) return;
  }
  urgent.WaitForNotificationWithTimeout(kLastRead);
}

}  // namespace courant

#ifndef COURANT_SERVICES_RETENTION_KEPT_WHOLE_H_
#define COURANT_SERVICES_RETENTION_KEPT_WHOLE_H_

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "storage/change_log.h"
#include "storage/subscription_store.h"

namespace courant {

// The part of the log in which no text is let go.
struct KeptWhole {
  // Its first change.
  Sequence from;
  // What was replaced since then is in it.
  absl::Time since;
};

// Everything that was committed within `retention` before `now`, and at least
// within a day before the newest change that is no trim, whatever the clock
// says. Earlier where
// a durable subscription holds more: all after its cursor, while the first
// change of that is younger than its `retention_hold`.
//   DATA_LOSS, UNAVAILABLE  as the log and the store
absl::StatusOr<KeptWhole> FindKeptWhole(
    const storage::ChangeLog& log,
    const storage::SubscriptionStore& subscriptions, absl::Duration retention,
    absl::Time now);

}  // namespace courant

#endif  // COURANT_SERVICES_RETENTION_KEPT_WHOLE_H_

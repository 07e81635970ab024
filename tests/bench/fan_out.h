#ifndef COURANT_TESTS_BENCH_FAN_OUT_H_
#define COURANT_TESTS_BENCH_FAN_OUT_H_

#include <sys/types.h>

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tests/bench/client/system.h"

// From publishing to many subscribers, each on a connection of its own. Every
// one of them is checked: it got everything, once, in the order of all.
namespace courant::bench {

struct FanOutOptions {
  pid_t server = 0;
  int subscribers = 1;
  // Of these, so many read nothing once they have subscribed.
  int stalled = 0;
  uint64_t events = 1;
};

struct FanOutResult {
  // By all subscribers together.
  double events_per_second = 0;
  // Of the server, for each event at each subscriber that reads.
  absl::Duration processor;
  // From when an event was due to be published to when a subscriber had it.
  absl::Duration p50;
  absl::Duration p99;
  int64_t resident_bytes = 0;
};

// As fast as it goes: eight publishers, each waiting for its answer. Publishing
// does not wait for subscribers, so they have a backlog.
absl::StatusOr<FanOutResult> FanOutAtSaturation(const Target& target,
                                                const FanOutOptions& options);

// One publisher, `per_second` events, whether the ones before have arrived or
// not. The first half second is not measured.
absl::StatusOr<FanOutResult> FanOutLive(const Target& target,
                                        const FanOutOptions& options,
                                        int per_second);

// Both, one after the other, with the same subscribers: when some are stalled,
// the first leaves them as far behind as the server lets them fall. The rate is
// that of the first, the times and the processor those of the second.
absl::StatusOr<FanOutResult> FanOutBoth(const Target& target,
                                        const FanOutOptions& options,
                                        int per_second);

// Everything that is there, from the beginning: `events`, published before.
absl::StatusOr<FanOutResult> CatchUp(const Target& target,
                                     const FanOutOptions& options);

}  // namespace courant::bench

#endif  // COURANT_TESTS_BENCH_FAN_OUT_H_

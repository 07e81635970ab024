#ifndef COURANT_TESTS_BENCH_CLIENT_REDIS_CLIENT_H_
#define COURANT_TESTS_BENCH_CLIENT_REDIS_CLIENT_H_

#include <memory>

#include "absl/status/statusor.h"
#include "tests/bench/client/system.h"

// Redis Streams.
namespace courant::bench {

absl::StatusOr<std::unique_ptr<Caller>> OpenRedisCaller(EventLoop& loop,
                                                        const Target& target,
                                                        Answered answered);

// XREAD that waits, again and again, each time for all there is.
absl::StatusOr<std::unique_ptr<Subscriptions>> OpenRedisSubscription(
    EventLoop& loop, const Target& target, From from, int subscriber,
    EventSink& sink);

// Empties the stream of the target's space.
absl::Status PrepareRedisStream(const Target& target);

}  // namespace courant::bench

#endif  // COURANT_TESTS_BENCH_CLIENT_REDIS_CLIENT_H_

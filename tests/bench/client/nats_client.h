#ifndef COURANT_TESTS_BENCH_CLIENT_NATS_CLIENT_H_
#define COURANT_TESTS_BENCH_CLIENT_NATS_CLIENT_H_

#include <memory>

#include "absl/status/statusor.h"
#include "tests/bench/client/system.h"

// NATS JetStream, by its protocol of lines.
namespace courant::bench {

absl::StatusOr<std::unique_ptr<Caller>> OpenNatsCaller(EventLoop& loop,
                                                       const Target& target,
                                                       Answered answered);

// A push consumer of the kind that its libraries call ordered: no
// acknowledgements, a flow window, a heartbeat.
absl::StatusOr<std::unique_ptr<Subscriptions>> OpenNatsSubscription(
    EventLoop& loop, const Target& target, From from, int subscriber,
    EventSink& sink);

// Makes the stream of the target's space anew, in files; empty.
absl::Status PrepareNatsStream(const Target& target);

}  // namespace courant::bench

#endif  // COURANT_TESTS_BENCH_CLIENT_NATS_CLIENT_H_

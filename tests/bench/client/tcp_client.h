#ifndef COURANT_TESTS_BENCH_CLIENT_TCP_CLIENT_H_
#define COURANT_TESTS_BENCH_CLIENT_TCP_CLIENT_H_

#include <memory>

#include "absl/status/statusor.h"
#include "tests/bench/client/system.h"

// Bytes over TCP, as limits/tcp_server.h sends them: events of one size, with
// nothing between them.
namespace courant::bench {

// Call(slot, n) has the events 0 to n - 1 sent to all who are connected. It is
// answered at once.
absl::StatusOr<std::unique_ptr<Caller>> OpenTcpCaller(EventLoop& loop,
                                                      const Target& target,
                                                      Answered answered);

absl::StatusOr<std::unique_ptr<Subscriptions>> OpenTcpSubscription(
    EventLoop& loop, const Target& target, int subscriber, EventSink& sink);

}  // namespace courant::bench

#endif  // COURANT_TESTS_BENCH_CLIENT_TCP_CLIENT_H_

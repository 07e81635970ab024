#ifndef COURANT_TESTS_BENCH_CLIENT_GRPC_CLIENT_H_
#define COURANT_TESTS_BENCH_CLIENT_GRPC_CLIENT_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tests/bench/client/system.h"

// Whoever speaks gRPC: ours, etcd and the echo, all by the same client. What
// is sent to etcd is encoded by hand, with the numbers of its published
// interface (etcdserverpb, mvccpb).
namespace courant::bench {

// What a kind of call sends, and how much it must get at least.
struct GrpcMethod {
  std::string path;
  std::function<std::string(uint64_t number)> request;
  size_t least_bytes = 1;
};

absl::StatusOr<std::unique_ptr<Caller>> OpenGrpcMethod(
    EventLoop& loop, const std::string& address, GrpcMethod method,
    Answered answered);

absl::StatusOr<std::unique_ptr<Caller>> OpenGrpcCaller(EventLoop& loop,
                                                       const Target& target,
                                                       Operation operation,
                                                       Answered answered);

absl::StatusOr<std::unique_ptr<Subscriptions>> OpenGrpcSubscriptions(
    EventLoop& loop, const Target& target, From from,
    const std::vector<int>& subscribers, EventSink& sink);

}  // namespace courant::bench

#endif  // COURANT_TESTS_BENCH_CLIENT_GRPC_CLIENT_H_

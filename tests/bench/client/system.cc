#include "tests/bench/client/system.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/bench/client/grpc_client.h"
#include "tests/bench/client/nats_client.h"
#include "tests/bench/client/redis_client.h"
#include "tests/bench/client/tcp_client.h"

namespace courant::bench {

absl::StatusOr<System> ParseSystem(absl::string_view name) {
  if (name == "courant") return System::kCourant;
  if (name == "etcd") return System::kEtcd;
  if (name == "jetstream") return System::kJetStream;
  if (name == "redis") return System::kRedis;
  if (name == "echo") return System::kEcho;
  if (name == "tcp") return System::kTcp;
  return absl::InvalidArgumentError(absl::StrCat("no system: ", name));
}

int BestConnections(System system, int callers) {
  return std::min(callers, system == System::kRedis ? 16 : 2);
}

absl::StatusOr<std::unique_ptr<Caller>> OpenCaller(EventLoop& loop,
                                                   const Target& target,
                                                   Operation operation,
                                                   Answered answered) {
  switch (target.system) {
    case System::kCourant:
    case System::kEtcd:
    case System::kEcho:
      return OpenGrpcCaller(loop, target, operation, std::move(answered));
    case System::kJetStream:
      return OpenNatsCaller(loop, target, std::move(answered));
    case System::kRedis:
      return OpenRedisCaller(loop, target, std::move(answered));
    case System::kTcp:
      return OpenTcpCaller(loop, target, std::move(answered));
  }
  return absl::InternalError("no such system");
}

absl::StatusOr<std::unique_ptr<Subscriptions>> OpenSubscriptions(
    EventLoop& loop, const Target& target, From from,
    const std::vector<int>& subscribers, EventSink& sink) {
  switch (target.system) {
    case System::kCourant:
    case System::kEtcd:
    case System::kEcho:
      return OpenGrpcSubscriptions(loop, target, from, subscribers, sink);
    case System::kJetStream:
      return OpenNatsSubscription(loop, target, from, subscribers.front(),
                                  sink);
    case System::kRedis:
      return OpenRedisSubscription(loop, target, from, subscribers.front(),
                                   sink);
    case System::kTcp:
      return OpenTcpSubscription(loop, target, subscribers.front(), sink);
  }
  return absl::InternalError("no such system");
}

absl::Status PrepareSpace(const Target& target) {
  if (target.system == System::kJetStream) return PrepareNatsStream(target);
  if (target.system == System::kRedis) return PrepareRedisStream(target);
  return absl::OkStatus();
}

}  // namespace courant::bench

#include "tests/bench/idle.h"

#include <memory>

#include "absl/time/clock.h"
#include "storage/base/status_macros.h"
#include "tests/bench/audience.h"
#include "tests/bench/server_process.h"

namespace courant::bench {
namespace {

constexpr int kFirstComers = 100;
// For a server to finish with what subscribing gave it to do.
constexpr absl::Duration kSettle = absl::Milliseconds(700);
constexpr absl::Duration kReceiveWithin = absl::Minutes(2);

absl::StatusOr<int64_t> SettledBytes(EventLoop& loop, pid_t server) {
  const absl::Time end = absl::Now() + kSettle;
  while (absl::Now() < end) {
    COURANT_RETURN_IF_ERROR(loop.RunOnce(end - absl::Now()));
  }
  return ResidentBytes(server);
}

absl::Status PublishAndReceive(EventLoop& loop, const Target& target,
                               Audience& audience, int events) {
  COURANT_ASSIGN_OR_RETURN(
      const auto caller,
      OpenCaller(loop, target, Operation::kPublish, [](int) {}));
  const auto count = static_cast<uint64_t>(events);
  for (uint64_t number = 0; number < count; ++number) {
    audience.Published(number, absl::Now());
    caller->Call(0, number);
  }
  COURANT_RETURN_IF_ERROR(
      loop.RunUntil([&] { return audience.HaveAll(count); }, kReceiveWithin));
  return audience.Verify(count);
}

}  // namespace

absl::StatusOr<double> BytesOfIdleSubscriber(const Target& target,
                                             const IdleOptions& options) {
  COURANT_RETURN_IF_ERROR(PrepareSpace(target));
  EventLoop loop;
  const auto events = static_cast<uint64_t>(options.events);
  Audience first(kFirstComers, events);
  COURANT_RETURN_IF_ERROR(
      first.Subscribe(loop, target, From::kNow, options.on_each_connection));
  COURANT_ASSIGN_OR_RETURN(const int64_t before,
                           SettledBytes(loop, options.server));
  Audience audience(options.subscribers, events);
  COURANT_RETURN_IF_ERROR(
      audience.Subscribe(loop, target, From::kNow, options.on_each_connection));
  COURANT_ASSIGN_OR_RETURN(const int64_t after,
                           SettledBytes(loop, options.server));
  if (events > 0) {
    COURANT_RETURN_IF_ERROR(
        PublishAndReceive(loop, target, audience, options.events));
  }
  return static_cast<double>(after - before) / options.subscribers;
}

}  // namespace courant::bench

#ifndef COURANT_TESTS_BENCH_CLIENT_SYSTEM_H_
#define COURANT_TESTS_BENCH_CLIENT_SYSTEM_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "tests/bench/client/event_loop.h"

// Ours, its peers and the bare limits, behind the same three words: somebody
// who calls, somebody who subscribes, and what is prepared for them.
namespace courant::bench {

// What answers at an address.
enum class System {
  kCourant,
  kEtcd,
  kJetStream,
  kRedis,
  // Our own server that answers with the bytes it was sent, or with the same
  // bytes every time: gRPC and nothing else.
  kEcho,
  // Our own server that sends the same bytes to every connection: TCP and
  // nothing else.
  kTcp,
};

//   INVALID_ARGUMENT  none is called so
absl::StatusOr<System> ParseSystem(absl::string_view name);

struct Target {
  System system = System::kCourant;
  // "127.0.0.1:7400".
  std::string address;
  // Keeps apart what different measurements write to a peer: the prefix of
  // keys, the name of a stream. Ours has one log.
  std::string space = "bench";
};

// Between how many connections so many callers of the system are best divided.
// One or two are fastest everywhere but at Redis, which takes 16 KB at a time
// from each, and syncs each time.
int BestConnections(System system, int callers);

enum class Operation {
  kPublish,         // durably, as far as the system can
  kPublishById,     // the same, under an id that kRead finds it by
  kRead,            // one article by its name, as it is now
  kReadMaybeStale,  // etcd alone: without asking the others
};

// Makes calls on one connection.
class Caller {
 public:
  virtual ~Caller() = default;

  // Publishes, or reads, article `number`. Its answer gives `slot` back.
  virtual void Call(int slot, uint64_t number) = 0;
};

// Called with the slot of a call that was answered as it should be. What is
// not ends the measurement.
using Answered = std::function<void(int slot)>;

absl::StatusOr<std::unique_ptr<Caller>> OpenCaller(EventLoop& loop,
                                                   const Target& target,
                                                   Operation operation,
                                                   Answered answered);

// What subscribers tell.
class EventSink {
 public:
  virtual ~EventSink() = default;

  // The subscriber misses nothing that is published from now on.
  virtual void OnReady(int subscriber) = 0;

  // An event reached it. `position` is the server's number for it, which grows
  // by 1 from event to event where the system says so; `head` holds the
  // article's number.
  virtual absl::Status OnEvent(int subscriber, uint64_t position,
                               absl::string_view head) = 0;
};

enum class From { kNow, kBeginning };

// Subscribers on one connection.
class Subscriptions {
 public:
  virtual ~Subscriptions() = default;

  // Hangs from now on: does not read from the network.
  virtual void Stall() = 0;
};

// Subscribes for each of `subscribers`; more than one only where several share
// a connection, at ours and the echo. All must outlive it.
absl::StatusOr<std::unique_ptr<Subscriptions>> OpenSubscriptions(
    EventLoop& loop, const Target& target, From from,
    const std::vector<int>& subscribers, EventSink& sink);

// Makes what must be there before somebody publishes or subscribes in the
// space of the target. Something of an earlier measurement is gone after it.
absl::Status PrepareSpace(const Target& target);

}  // namespace courant::bench

#endif  // COURANT_TESTS_BENCH_CLIENT_SYSTEM_H_

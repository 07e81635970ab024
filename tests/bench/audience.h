#ifndef COURANT_TESTS_BENCH_AUDIENCE_H_
#define COURANT_TESTS_BENCH_AUDIENCE_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tests/bench/client/system.h"

namespace courant::bench {

// Subscribers, and proof that each got everything once and in the one order of
// all. Used by one thread, but for Published().
class Audience final : public EventSink {
 public:
  // For `events` events with the numbers 0 to `events` - 1, at so many
  // subscribers.
  Audience(int subscribers, uint64_t events);

  // Connects all, so many on each connection, and waits until they miss
  // nothing any more.
  absl::Status Subscribe(EventLoop& loop, const Target& target, From from,
                         int on_each_connection = 1);

  // The last `count` subscribers read nothing from now on; nothing is expected
  // of them.
  void Stall(int count);

  // Event `number` is published at `time`. Before it is; from any thread.
  void Published(uint64_t number, absl::Time time);

  // Whether everybody has the events 0 to `events` - 1 and no more.
  bool HaveAll(uint64_t events) const { return complete_ == events * healthy_; }

  // Whether everybody got the same in the same order.
  //   DATA_LOSS  not so
  absl::Status Verify(uint64_t events) const;

  // How long each event took from Published() to each subscriber, from event
  // `first` on. Until the next call.
  std::vector<absl::Duration>& Latencies() { return latencies_; }
  void MeasureFrom(uint64_t first) { measured_from_ = first; }

  void OnReady(int subscriber) override;
  absl::Status OnEvent(int subscriber, uint64_t position,
                       absl::string_view head) override;

 private:
  struct Subscriber {
    bool ready = false;
    uint64_t count = 0;
    uint64_t position = 0;
    uint64_t sum = 0;    // of the numbers
    uint64_t order = 0;  // a digest of the numbers in their order
  };

  EventLoop* loop_ = nullptr;
  std::vector<Subscriber> subscribers_;
  std::vector<std::unique_ptr<Subscriptions>> connections_;
  uint64_t healthy_;
  uint64_t ready_ = 0;
  uint64_t complete_ = 0;  // events that healthy subscribers got
  uint64_t measured_from_;
  std::vector<std::atomic<int64_t>> published_us_;
  std::vector<absl::Duration> latencies_;
};

}  // namespace courant::bench

#endif  // COURANT_TESTS_BENCH_AUDIENCE_H_

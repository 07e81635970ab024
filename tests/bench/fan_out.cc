#include "tests/bench/fan_out.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <thread>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "storage/base/status_macros.h"
#include "tests/bench/audience.h"
#include "tests/bench/samples.h"
#include "tests/bench/server_process.h"

namespace courant::bench {
namespace {

constexpr int kPublishers = 8;
constexpr absl::Duration kPatience = absl::Minutes(5);
constexpr absl::Duration kWarmUp = absl::Milliseconds(500);

// A part of a measurement: what was delivered in it, and at what price.
struct Phase {
  uint64_t deliveries = 0;
  absl::Duration took;
  absl::Duration processor;
};

// Runs `body`, which returns when all `deliveries` are made.
template <typename Body>
absl::StatusOr<Phase> Measure(pid_t server, uint64_t deliveries, Body body) {
  COURANT_ASSIGN_OR_RETURN(const absl::Duration before, ProcessorTime(server));
  const absl::Time begin = absl::Now();
  COURANT_RETURN_IF_ERROR(body());
  const absl::Duration took = absl::Now() - begin;
  COURANT_ASSIGN_OR_RETURN(const absl::Duration after, ProcessorTime(server));
  return Phase{
      .deliveries = deliveries, .took = took, .processor = after - before};
}

// Subscribers of a server and those who publish to them.
class FanOut {
 public:
  FanOut(const Target& target, const FanOutOptions& options, uint64_t events)
      : target_(target),
        options_(options),
        healthy_(options.subscribers - options.stalled),
        audience_(options.subscribers, events) {}

  absl::Status Subscribe() {
    COURANT_RETURN_IF_ERROR(PrepareSpace(target_));
    COURANT_RETURN_IF_ERROR(audience_.Subscribe(loop_, target_, From::kNow));
    audience_.Stall(options_.stalled);
    return absl::OkStatus();
  }

  // Publishes `count` more events as fast as it goes.
  absl::StatusOr<Phase> Saturate(uint64_t count) {
    const uint64_t end = next_ + count;
    std::vector<std::unique_ptr<Caller>> callers;
    const auto publish = [&](int slot) {
      if (next_ >= end) return;
      audience_.Published(next_, absl::Now());
      callers[static_cast<size_t>(slot) % callers.size()]->Call(slot, next_++);
    };
    while (static_cast<int>(callers.size()) <
           BestConnections(target_.system, kPublishers)) {
      COURANT_ASSIGN_OR_RETURN(
          auto caller,
          OpenCaller(loop_, target_, Operation::kPublish, publish));
      callers.push_back(std::move(caller));
    }
    return Measure(options_.server, Deliveries(count), [&] {
      if (target_.system == System::kTcp) {
        next_ = end;
        callers.front()->Call(0, end);
      }
      for (int slot = 0; slot < kPublishers; ++slot) publish(slot);
      return loop_.RunUntil([&] { return audience_.HaveAll(end); }, kPatience);
    });
  }

  // Publishes `count` more events, one every so often.
  absl::StatusOr<Phase> Pace(uint64_t count, absl::Duration interval) {
    absl::Status published;
    const uint64_t first = next_;
    next_ += count;
    const uint64_t end = next_;
    std::thread publisher([this, &published, first, end, interval] {
      published = PublishOnTime(first, end, interval);
    });
    absl::StatusOr<Phase> phase =
        Measure(options_.server, Deliveries(count), [&] {
          return loop_.RunUntil([&] { return audience_.HaveAll(end); },
                                kPatience);
        });
    publisher.join();
    COURANT_RETURN_IF_ERROR(published);
    return phase;
  }

  absl::StatusOr<FanOutResult> Result(const Phase& rate, const Phase& price) {
    COURANT_RETURN_IF_ERROR(audience_.Verify(next_));
    const Measured measured =
        Summarize(std::move(audience_.Latencies()), price.took);
    COURANT_ASSIGN_OR_RETURN(const int64_t resident,
                             ResidentBytes(options_.server));
    return FanOutResult{
        .events_per_second = static_cast<double>(rate.deliveries) /
                             absl::ToDoubleSeconds(rate.took),
        .processor = price.processor / static_cast<int64_t>(price.deliveries),
        .p50 = measured.p50,
        .p99 = measured.p99,
        .resident_bytes = resident};
  }

  void MeasureFrom(uint64_t first) { audience_.MeasureFrom(first); }

 private:
  uint64_t Deliveries(uint64_t events) const {
    return events * static_cast<uint64_t>(healthy_);
  }

  // On a thread and a connection of its own: a loop that is busy reading would
  // publish late.
  absl::Status PublishOnTime(uint64_t first, uint64_t end,
                             absl::Duration interval) {
    EventLoop loop;
    uint64_t answered = first;
    COURANT_ASSIGN_OR_RETURN(const auto caller,
                             OpenCaller(loop, target_, Operation::kPublish,
                                        [&](int) { ++answered; }));
    absl::Time due = absl::Now();
    for (uint64_t number = first; number < end; ++number, due += interval) {
      while (absl::Now() < due) {
        COURANT_RETURN_IF_ERROR(loop.RunOnce(due - absl::Now()));
      }
      audience_.Published(number, due);
      caller->Call(0, number);
    }
    return loop.RunUntil([&] { return answered == end; }, kPatience);
  }

  const Target target_;
  const FanOutOptions options_;
  const int healthy_;
  EventLoop loop_;
  Audience audience_;
  uint64_t next_ = 0;
};

}  // namespace

absl::StatusOr<FanOutResult> FanOutAtSaturation(const Target& target,
                                                const FanOutOptions& options) {
  FanOut fan_out(target, options, options.events);
  COURANT_RETURN_IF_ERROR(fan_out.Subscribe());
  COURANT_ASSIGN_OR_RETURN(const Phase phase, fan_out.Saturate(options.events));
  return fan_out.Result(phase, phase);
}

absl::StatusOr<FanOutResult> FanOutLive(const Target& target,
                                        const FanOutOptions& options,
                                        int per_second) {
  const absl::Duration interval = absl::Seconds(1) / per_second;
  const auto warm_up = static_cast<uint64_t>(kWarmUp / interval);
  FanOut fan_out(target, options, warm_up + options.events);
  COURANT_RETURN_IF_ERROR(fan_out.Subscribe());
  fan_out.MeasureFrom(warm_up);
  COURANT_RETURN_IF_ERROR(fan_out.Pace(warm_up, interval).status());
  COURANT_ASSIGN_OR_RETURN(const Phase phase,
                           fan_out.Pace(options.events, interval));
  return fan_out.Result(phase, phase);
}

absl::StatusOr<FanOutResult> FanOutBoth(const Target& target,
                                        const FanOutOptions& options,
                                        int per_second) {
  const absl::Duration interval = absl::Seconds(1) / per_second;
  const auto paced = static_cast<uint64_t>(absl::Seconds(2) / interval);
  FanOut fan_out(target, options, options.events + paced);
  COURANT_RETURN_IF_ERROR(fan_out.Subscribe());
  COURANT_ASSIGN_OR_RETURN(const Phase rate, fan_out.Saturate(options.events));
  fan_out.MeasureFrom(options.events);
  COURANT_ASSIGN_OR_RETURN(const Phase price, fan_out.Pace(paced, interval));
  return fan_out.Result(rate, price);
}

absl::StatusOr<FanOutResult> CatchUp(const Target& target,
                                     const FanOutOptions& options) {
  EventLoop loop;
  Audience audience(options.subscribers, options.events);
  COURANT_ASSIGN_OR_RETURN(
      const Phase phase,
      Measure(options.server,
              options.events * static_cast<uint64_t>(options.subscribers),
              [&]() -> absl::Status {
                COURANT_RETURN_IF_ERROR(
                    audience.Subscribe(loop, target, From::kBeginning));
                return loop.RunUntil(
                    [&] { return audience.HaveAll(options.events); },
                    kPatience);
              }));
  COURANT_RETURN_IF_ERROR(audience.Verify(options.events));
  return FanOutResult{
      .events_per_second = static_cast<double>(phase.deliveries) /
                           absl::ToDoubleSeconds(phase.took),
      .processor = phase.processor / static_cast<int64_t>(phase.deliveries)};
}

}  // namespace courant::bench

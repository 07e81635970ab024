#include "services/server/clock_watch.h"

#include <time.h>

namespace courant {
namespace {

// Longer between two readings, and they say nothing of each other.
constexpr absl::Duration kAtOnce = absl::Milliseconds(50);

absl::Duration SinceBoot() {
  timespec time = {};
  clock_gettime(CLOCK_BOOTTIME, &time);
  return absl::DurationFromTimespec(time);
}

}  // namespace

ClockWatch::ClockWatch(const Clock& clock, prometheus::Registry& registry)
    : clock_(clock) {
  auto& steps = prometheus::BuildCounter()
                    .Name("courant_clock_steps_total")
                    .Help(
                        "Times that the clock of the machine was set by half "
                        "a second or more.")
                    .Register(registry);
  auto& seconds = prometheus::BuildCounter()
                      .Name("courant_clock_step_seconds_total")
                      .Help("By how much the clock of the machine was set.")
                      .Register(registry);
  const auto make = [&](const char* direction) {
    return Counters{&steps.Add({{"direction", direction}}),
                    &seconds.Add({{"direction", direction}})};
  };
  forward_ = make("forward");
  back_ = make("back");
  Look();
}

void ClockWatch::Look() {
  const absl::Duration before = SinceBoot();
  const absl::Time wall = clock_.Now();
  const absl::Duration after = SinceBoot();
  if (after - before <= kAtOnce) Look(wall, after);
}

void ClockWatch::Look(absl::Time wall, absl::Duration steady) {
  const absl::Time origin = wall - steady;
  const absl::Duration step =
      origin_ ? origin - *origin_ : absl::ZeroDuration();
  origin_ = origin;
  if (absl::AbsDuration(step) < kLeastStep) return;
  const Counters& counters = step > absl::ZeroDuration() ? forward_ : back_;
  counters.steps->Increment();
  counters.seconds->Increment(absl::ToDoubleSeconds(absl::AbsDuration(step)));
}

}  // namespace courant

#ifndef COURANT_SERVICES_SERVER_CLOCK_WATCH_H_
#define COURANT_SERVICES_SERVER_CLOCK_WATCH_H_

#include <optional>

#include "absl/time/time.h"
#include "prometheus/counter.h"
#include "prometheus/registry.h"
#include "storage/base/clock.h"

namespace courant {

// Sees when the wall clock was set: it has moved on by another time than the
// clock that nobody can set, which also counts while the machine sleeps. What a
// time service corrects little by little is no step. Embargoes and schedules go
// by the wall clock, so somebody has to be told. Use from one thread.
//
//   courant_clock_steps_total{direction}         times that it was set
//   courant_clock_step_seconds_total{direction}  by how much, in all
//
// `direction` is "forward" or "back".
class ClockWatch {
 public:
  // From here on it is a step, in either direction.
  static constexpr absl::Duration kLeastStep = absl::Milliseconds(500);

  // Looks for the first time. `clock` and `registry` are not owned; both must
  // outlive this. One registry takes one object.
  ClockWatch(const Clock& clock, prometheus::Registry& registry);

  // Looks at both clocks. What happened between two looks is one step. A look
  // in which the thread was held up between the clocks is none.
  void Look();

  // The same, told the time: `steady` is CLOCK_BOOTTIME.
  void Look(absl::Time wall, absl::Duration steady);

 private:
  // The series of one direction.
  struct Counters {
    prometheus::Counter* steps;
    prometheus::Counter* seconds;
  };

  const Clock& clock_;
  Counters forward_;
  Counters back_;
  // How far the clocks were apart at the last look.
  std::optional<absl::Time> origin_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_SERVER_CLOCK_WATCH_H_

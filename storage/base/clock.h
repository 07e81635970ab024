#ifndef COURANT_STORAGE_BASE_CLOCK_H_
#define COURANT_STORAGE_BASE_CLOCK_H_

#include "absl/time/time.h"

namespace courant {

// The wall clock, handed to everything that needs the time of day, so that
// a test can set it. Not for measuring: it jumps when the system's does.
// Implementations are thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;

  // The current time. May be earlier than what an earlier call returned.
  // Does not block and does not fail.
  virtual absl::Time Now() const = 0;
};

// The clock of the operating system.
class SystemClock final : public Clock {
 public:
  absl::Time Now() const override;
};

}  // namespace courant

#endif  // COURANT_STORAGE_BASE_CLOCK_H_

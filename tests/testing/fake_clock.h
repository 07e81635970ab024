#ifndef COURANT_TESTS_TESTING_FAKE_CLOCK_H_
#define COURANT_TESTS_TESTING_FAKE_CLOCK_H_

#include "absl/time/time.h"
#include "storage/base/clock.h"
#include "storage/base/mutex.h"

namespace courant {

// A clock that stands still until it is told otherwise. Thread-safe.
class FakeClock final : public Clock {
 public:
  // 2026-01-02T03:04:05Z: no field is zero and no two are equal.
  static absl::Time DefaultStart();

  explicit FakeClock(absl::Time start = DefaultStart()) : now_(start) {}

  absl::Time Now() const override ABSL_LOCKS_EXCLUDED(mu_);

  // Moves by `step`; backwards if negative, as real clocks do.
  void Advance(absl::Duration step) ABSL_LOCKS_EXCLUDED(mu_);

  // Jumps to `now`, in either direction.
  void Set(absl::Time now) ABSL_LOCKS_EXCLUDED(mu_);

 private:
  mutable Mutex mu_;
  absl::Time now_ ABSL_GUARDED_BY(mu_);
};

}  // namespace courant

#endif  // COURANT_TESTS_TESTING_FAKE_CLOCK_H_

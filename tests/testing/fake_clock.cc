#include "tests/testing/fake_clock.h"

#include "absl/time/civil_time.h"

namespace courant {

absl::Time FakeClock::DefaultStart() {
  return absl::FromCivil(absl::CivilSecond(2026, 1, 2, 3, 4, 5),
                         absl::UTCTimeZone());
}

absl::Time FakeClock::Now() const {
  MutexLock lock(mu_);
  return now_;
}

void FakeClock::Advance(absl::Duration step) {
  MutexLock lock(mu_);
  now_ += step;
}

void FakeClock::Set(absl::Time now) {
  MutexLock lock(mu_);
  now_ = now;
}

}  // namespace courant

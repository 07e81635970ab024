#include "storage/base/clock.h"

#include "absl/time/clock.h"
#include "gtest/gtest.h"

namespace courant {
namespace {

TEST(SystemClockTest, TellsTheTimeOfTheSystem) {
  const absl::Time before = absl::Now();
  const absl::Time now = SystemClock().Now();
  const absl::Time after = absl::Now();
  // The wall clock may be set while this runs, by a small step.
  EXPECT_GE(now, before - absl::Minutes(1));
  EXPECT_LE(now, after + absl::Minutes(1));
}

}  // namespace
}  // namespace courant

#include "tests/testing/fake_clock.h"

#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace courant {
namespace {

TEST(FakeClockTest, StandsStillUntilTold) {
  const FakeClock clock;
  EXPECT_EQ(clock.Now(), FakeClock::DefaultStart());
  EXPECT_EQ(clock.Now(), clock.Now());
  EXPECT_EQ(absl::FormatTime(clock.Now(), absl::UTCTimeZone()),
            "2026-01-02T03:04:05+00:00");
}

TEST(FakeClockTest, AdvancesAndJumpsInBothDirections) {
  FakeClock clock(absl::FromUnixSeconds(1000));
  clock.Advance(absl::Seconds(5));
  EXPECT_EQ(clock.Now(), absl::FromUnixSeconds(1005));
  clock.Advance(-absl::Seconds(10));
  EXPECT_EQ(clock.Now(), absl::FromUnixSeconds(995));
  clock.Set(absl::FromUnixSeconds(1));
  EXPECT_EQ(clock.Now(), absl::FromUnixSeconds(1));
}

}  // namespace
}  // namespace courant

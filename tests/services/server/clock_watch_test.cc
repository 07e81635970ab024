#include "services/server/clock_watch.h"

#include <gtest/gtest.h>
#include <time.h>

#include <map>
#include <string>

#include "absl/strings/str_cat.h"
#include "prometheus/registry.h"
#include "tests/testing/fake_clock.h"

namespace courant {
namespace {

class ClockWatchTest : public testing::Test {
 protected:
  // "courant_clock_steps_total back" -> its value.
  std::map<std::string, double> Values() const {
    std::map<std::string, double> values;
    for (const auto& family : registry_.Collect()) {
      for (const auto& metric : family.metric) {
        values[absl::StrCat(family.name, " ", metric.label.at(0).value)] =
            metric.counter.value;
      }
    }
    return values;
  }
  double Steps(const std::string& direction) const {
    return Values().at(absl::StrCat("courant_clock_steps_total ", direction));
  }
  double Seconds(const std::string& direction) const {
    return Values().at(
        absl::StrCat("courant_clock_step_seconds_total ", direction));
  }

  static absl::Duration SinceBoot() {
    timespec time = {};
    clock_gettime(CLOCK_BOOTTIME, &time);
    return absl::DurationFromTimespec(time);
  }

  FakeClock clock_;
  prometheus::Registry registry_;
  ClockWatch watch_{clock_, registry_};
  // About what it has seen when it was made.
  const absl::Time wall_ = clock_.Now();
  const absl::Duration steady_ = SinceBoot();
};

TEST_F(ClockWatchTest, AllSeriesAreThereFromTheStart) {
  const std::map<std::string, double> none = {
      {"courant_clock_steps_total back", 0},
      {"courant_clock_steps_total forward", 0},
      {"courant_clock_step_seconds_total back", 0},
      {"courant_clock_step_seconds_total forward", 0}};
  EXPECT_EQ(Values(), none);
}

TEST_F(ClockWatchTest, TimeThatPassesIsNoStep) {
  for (int i = 0; i < 100; ++i) {
    // Corrected little by little, as a time service does.
    watch_.Look(wall_ + i * absl::Milliseconds(10'400),
                steady_ + i * absl::Seconds(10));
  }
  EXPECT_EQ(Steps("forward"), 0);
  EXPECT_EQ(Steps("back"), 0);
}

TEST_F(ClockWatchTest, AStepIsCountedOnceWithItsLength) {
  watch_.Look(wall_ + absl::Seconds(91), steady_ + absl::Seconds(1));
  watch_.Look(wall_ + absl::Seconds(92), steady_ + absl::Seconds(2));
  EXPECT_EQ(Steps("forward"), 1);
  EXPECT_NEAR(Seconds("forward"), 90, 0.4);
  EXPECT_EQ(Steps("back"), 0);
  watch_.Look(wall_ + absl::Seconds(92.4), steady_ + absl::Seconds(3));
  EXPECT_EQ(Steps("back"), 1);
  EXPECT_NEAR(Seconds("back"), 0.6, 1e-6);
  EXPECT_EQ(Steps("forward"), 1);
}

TEST_F(ClockWatchTest, ItAsksTheClocksOfTheServer) {
  // The other clock goes on by itself; a look that is held up is none.
  const auto look_until = [this](const std::string& direction, int steps) {
    for (int i = 0; i < 1000 && Steps(direction) < steps; ++i) watch_.Look();
  };
  clock_.Advance(absl::Hours(1));
  look_until("forward", 1);
  EXPECT_EQ(Steps("forward"), 1);
  EXPECT_NEAR(Seconds("forward"), 3600, 60);
  clock_.Advance(-absl::Hours(2));
  look_until("back", 1);
  EXPECT_EQ(Steps("back"), 1);
}

}  // namespace
}  // namespace courant

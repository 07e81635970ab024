#include "services/server/watchdog.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "storage/base/mutex.h"

namespace courant {
namespace {

constexpr absl::Duration kShort = absl::Milliseconds(20);

// A check that a test can have fail or hang.
class WatchdogTest : public testing::Test {
 protected:
  Watchdog::Options Options() {
    return {.interval = kShort,
            .checks = {[this] { return Check(); }},
            .on_well = [this] { ++fed_; },
            .on_change =
                [this](const absl::Status& found) {
                  MutexLock lock(mu_);
                  changes_.emplace_back(found.message());
                  changed_.SignalAll();
                }};
  }

  absl::Status Check() {
    MutexLock lock(mu_);
    ++checked_;
    changed_.SignalAll();
    while (hangs_) changed_.Wait(mu_);
    return found_;
  }

  void Set(bool hangs, const absl::Status& found) {
    MutexLock lock(mu_);
    hangs_ = hangs;
    found_ = found;
    changed_.SignalAll();
  }

  // Waits for the first check of all to begin; it may have.
  void AwaitTheFirst() {
    MutexLock lock(mu_);
    while (checked_ == 0) changed_.Wait(mu_);
  }

  // Waits for so many checks from now on to begin.
  void AwaitChecks(int count) {
    MutexLock lock(mu_);
    const int until = checked_ + count;
    while (checked_ < until) changed_.Wait(mu_);
  }

  void AwaitChange(absl::string_view text) {
    MutexLock lock(mu_);
    while (changes_.empty() || changes_.back() != text) changed_.Wait(mu_);
  }

  void AwaitFedMoreThan(int times) const {
    while (fed_.load() <= times) std::this_thread::yield();
  }

  double LastOk() {
    for (const auto& family : registry_.Collect()) {
      if (family.name == "courant_watchdog_last_ok_timestamp_seconds") {
        return family.metric.front().gauge.value;
      }
    }
    return -1;
  }

  const SystemClock clock_;
  prometheus::Registry registry_;
  Mutex mu_;
  CondVar changed_;
  int checked_ ABSL_GUARDED_BY(mu_) = 0;
  bool hangs_ ABSL_GUARDED_BY(mu_) = false;
  absl::Status found_ ABSL_GUARDED_BY(mu_);
  std::vector<std::string> changes_ ABSL_GUARDED_BY(mu_);
  std::atomic<int> fed_{0};
};

TEST_F(WatchdogTest, IsFedWhileAllIsWell) {
  Watchdog watchdog(Options(), clock_, registry_);
  EXPECT_EQ(LastOk(), 0);
  watchdog.Start();
  AwaitFedMoreThan(3);
  EXPECT_GT(LastOk(), 0);
  watchdog.Stop();
  MutexLock lock(mu_);
  EXPECT_TRUE(changes_.empty());
}

TEST_F(WatchdogTest, NotWhileSomethingIsWrong) {
  Set(/*hangs=*/false, absl::UnavailableError("nobody answers"));
  Watchdog watchdog(Options(), clock_, registry_);
  watchdog.Start();
  AwaitChecks(5);
  EXPECT_EQ(fed_.load(), 0);
  EXPECT_EQ(LastOk(), 0);
  Set(/*hangs=*/false, absl::OkStatus());
  AwaitFedMoreThan(1);
  AwaitChange("");
  MutexLock lock(mu_);
  EXPECT_EQ(changes_, std::vector<std::string>({"nobody answers", ""}));
}

TEST_F(WatchdogTest, NotWhileTheDatabaseDoesNotAnswer) {
  Set(/*hangs=*/true, absl::OkStatus());
  Watchdog watchdog(Options(), clock_, registry_);
  watchdog.Start();
  AwaitTheFirst();
  EXPECT_EQ(fed_.load(), 0);
  Set(/*hangs=*/false, absl::OkStatus());
  AwaitFedMoreThan(1);
}

TEST_F(WatchdogTest, OneThatIsWrongIsEnough) {
  Watchdog::Options options = Options();
  options.checks.emplace_back([] { return absl::DataLossError("damaged"); });
  Watchdog watchdog(std::move(options), clock_, registry_);
  watchdog.Start();
  AwaitChange("damaged");
  AwaitChecks(3);
  EXPECT_EQ(fed_.load(), 0);
}

}  // namespace
}  // namespace courant

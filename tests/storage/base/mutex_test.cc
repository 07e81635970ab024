#include "storage/base/mutex.h"

#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "gtest/gtest.h"

namespace courant {
namespace {

constexpr absl::Duration kDeadline = absl::Seconds(10);

TEST(MutexTest, LetsOneThreadInAtATime) {
  constexpr int kThreads = 4;
  constexpr int kRounds = 2000;
  struct {
    Mutex mu;
    int count ABSL_GUARDED_BY(mu) = 0;
  } shared;
  std::vector<std::thread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&shared] {
      for (int round = 0; round < kRounds; ++round) {
        MutexLock lock(shared.mu);
        ++shared.count;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  MutexLock lock(shared.mu);
  EXPECT_EQ(shared.count, kThreads * kRounds);
}

// Whether another thread gets `mu` now.
bool IsFree(Mutex& mu) {
  bool free = false;
  std::thread other([&mu, &free] {
    if (!mu.TryLock()) return;
    free = true;
    mu.Unlock();
  });
  other.join();
  return free;
}

TEST(MutexTest, TryLockSaysWhetherItIsHeld) {
  Mutex mu;
  EXPECT_TRUE(IsFree(mu));
  mu.Lock();
  EXPECT_FALSE(IsFree(mu));
  mu.Unlock();
  EXPECT_TRUE(IsFree(mu));
}

// Two threads hand a turn to and fro.
struct Turn {
  Mutex mu;
  CondVar changed;
  int value ABSL_GUARDED_BY(mu) = 0;
};

TEST(CondVarTest, WakesAWaiterForEachSignal) {
  constexpr int kTurns = 1000;
  Turn turn;
  const auto play = [&turn](int parity) {
    while (true) {
      MutexLock lock(turn.mu);
      while (turn.value < kTurns && turn.value % 2 != parity) {
        turn.changed.Wait(turn.mu);
      }
      if (turn.value >= kTurns) return;
      ++turn.value;
      turn.changed.Signal();
    }
  };
  std::thread even([&play] { play(0); });
  std::thread odd([&play] { play(1); });
  even.join();
  odd.join();
  MutexLock lock(turn.mu);
  EXPECT_EQ(turn.value, kTurns);
}

TEST(CondVarTest, SignalAllWakesEveryWaiter) {
  Turn turn;
  std::vector<std::thread> waiters;
  for (int i = 0; i < 4; ++i) {
    waiters.emplace_back([&turn] {
      MutexLock lock(turn.mu);
      while (turn.value == 0) turn.changed.Wait(turn.mu);
    });
  }
  {
    MutexLock lock(turn.mu);
    turn.value = 1;
  }
  turn.changed.SignalAll();
  for (std::thread& waiter : waiters) waiter.join();
}

TEST(CondVarTest, WaitForGivesUpWhenTheTimeIsOut) {
  Turn turn;
  const absl::Time start = absl::Now();
  MutexLock lock(turn.mu);
  while (!turn.changed.WaitFor(turn.mu, absl::Milliseconds(20))) {
    // A spurious wake-up.
    ASSERT_LT(absl::Now() - start, kDeadline);
  }
  EXPECT_TRUE(turn.changed.WaitFor(turn.mu, absl::ZeroDuration()));
  EXPECT_TRUE(turn.changed.WaitFor(turn.mu, -absl::InfiniteDuration()));
}

TEST(CondVarTest, WaitForReturnsEarlyWhenSignalled) {
  Turn turn;
  std::thread signaller([&turn] {
    MutexLock lock(turn.mu);
    turn.value = 1;
    turn.changed.Signal();
  });
  {
    MutexLock lock(turn.mu);
    while (turn.value == 0) {
      ASSERT_FALSE(turn.changed.WaitFor(turn.mu, absl::InfiniteDuration()));
    }
  }
  signaller.join();
}

}  // namespace
}  // namespace courant

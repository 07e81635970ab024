#include "services/rpc/fair_queue.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/base/mutex.h"

namespace courant {
namespace {

// Holds up whoever passes, until it is opened.
class Gate {
 public:
  void Pass() {
    MutexLock lock(mu_);
    ++waiting_;
    changed_.SignalAll();
    while (!open_) changed_.Wait(mu_);
  }
  void AwaitWaiting(int count) {
    MutexLock lock(mu_);
    while (waiting_ < count) changed_.Wait(mu_);
  }
  void Open() {
    MutexLock lock(mu_);
    open_ = true;
    changed_.SignalAll();
  }

 private:
  Mutex mu_;
  CondVar changed_;
  int waiting_ ABSL_GUARDED_BY(mu_) = 0;
  bool open_ ABSL_GUARDED_BY(mu_) = false;
};

TEST(FairQueueTest, OneThatAsksForAllLeavesThreadsForOthers) {
  WorkerPool pool({.threads = 4, .max_queued = 100});
  FairQueue queue(pool, {.max_running = 2, .max_waiting = 50});
  Gate gate;
  std::atomic<int> done{0};
  for (int i = 0; i < 52; ++i) {
    EXPECT_TRUE(queue.TryPost("greedy", [&] {
      gate.Pass();
      ++done;
    })) << i;
    // What is about to run waits as well, until it does.
    if (i == 1) gate.AwaitWaiting(2);
  }
  EXPECT_EQ(queue.QueueLength(), 50);
  // With what is full nothing more of it is taken.
  EXPECT_FALSE(queue.TryPost("greedy", [] {}));
  Gate other;
  ASSERT_TRUE(queue.TryPost("modest", [&] { other.Pass(); }));
  other.AwaitWaiting(1);
  EXPECT_EQ(pool.Running(), 3);
  other.Open();
  gate.Open();
  pool.Shutdown();
  EXPECT_EQ(queue.QueueLength(), 0);
  EXPECT_EQ(done, 52);
}

TEST(FairQueueTest, EachRunsInItsOrder) {
  WorkerPool pool({.threads = 3, .max_queued = 100});
  FairQueue queue(pool, {.max_running = 1, .max_waiting = 100});
  std::vector<int> order;  // by one task at a time
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(queue.TryPost("a", [&order, i] { order.push_back(i); }));
  }
  pool.Shutdown();
  EXPECT_EQ(order.size(), 100);
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
}

// The pool refuses whoever comes back for another turn.
TEST(FairQueueTest, WhatWasTakenIsRunWhenThePoolIsFullOrCloses) {
  WorkerPool pool({.threads = 1, .max_queued = 1});
  FairQueue queue(pool, {.max_running = 1, .max_waiting = 10});
  Gate gate;
  std::atomic<int> done{0};
  ASSERT_TRUE(queue.TryPost("a", [&] {
    gate.Pass();
    ++done;
  }));
  gate.AwaitWaiting(1);
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(queue.TryPost("a", [&] { ++done; }));
  }
  ASSERT_TRUE(queue.TryPost("b", [&] { ++done; }));
  EXPECT_FALSE(queue.TryPost("c", [&] { ++done; }));
  std::thread closing([&] { pool.Shutdown(); });
  gate.Open();
  closing.join();
  EXPECT_EQ(done, 12);
}

TEST(FairQueueTest, ManyThreadsPostAndNothingIsLost) {
  WorkerPool pool({.threads = 4, .max_queued = 8});
  FairQueue queue(pool, {.max_running = 2, .max_waiting = 16});
  std::atomic<int> posted{0};
  std::atomic<int> done{0};
  std::atomic<int> running[3] = {0, 0, 0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 6; ++t) {
    threads.emplace_back([&, who = t % 3] {
      for (int i = 0; i < 2000; ++i) {
        posted += queue.TryPost(std::to_string(who),
                                [&, who] {
                                  EXPECT_LE(++running[who], 2);
                                  --running[who];
                                  ++done;
                                })
                      ? 1
                      : 0;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  pool.Shutdown();
  EXPECT_GT(posted, 0);
  EXPECT_EQ(done, posted);
}

}  // namespace
}  // namespace courant

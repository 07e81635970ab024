#include "storage/base/worker_pool.h"

#include <pthread.h>

#include <memory>
#include <numeric>
#include <thread>
#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace courant {
namespace {

using ::testing::UnorderedElementsAre;

constexpr absl::Duration kPatience = absl::Seconds(10);

// Holds tasks until it is opened, so that a test decides what waits.
class Gate {
 public:
  // Says that a task has arrived, and blocks it.
  void Pass() {
    MutexLock lock(mu_);
    ++arrived_;
    changed_.SignalAll();
    while (!open_) changed_.Wait(mu_);
  }

  void Open() {
    MutexLock lock(mu_);
    open_ = true;
    changed_.SignalAll();
  }

  void AwaitArrivals(int count) {
    MutexLock lock(mu_);
    while (arrived_ < count) {
      ASSERT_FALSE(changed_.WaitFor(mu_, kPatience))
          << arrived_ << " of " << count << " tasks started";
    }
  }

 private:
  Mutex mu_;
  CondVar changed_;
  int arrived_ ABSL_GUARDED_BY(mu_) = 0;
  bool open_ ABSL_GUARDED_BY(mu_) = false;
};

// What tasks leave behind.
template <typename T>
class Collected {
 public:
  void Add(T value) {
    MutexLock lock(mu_);
    values_.push_back(std::move(value));
  }
  std::vector<T> Values() const {
    MutexLock lock(mu_);
    return values_;
  }

 private:
  mutable Mutex mu_;
  std::vector<T> values_ ABSL_GUARDED_BY(mu_);
};

TEST(WorkerPoolTest, RunsEveryTaskOnce) {
  constexpr int kTasks = 500;
  Collected<int> done;
  {
    WorkerPool pool({.threads = 4, .max_queued = kTasks});
    for (int i = 0; i < kTasks; ++i) {
      ASSERT_TRUE(pool.TryPost([&done, i] { done.Add(i); }));
    }
  }
  std::vector<int> all(kTasks);
  std::iota(all.begin(), all.end(), 0);
  EXPECT_THAT(done.Values(), testing::UnorderedElementsAreArray(all));
}

TEST(WorkerPoolTest, StartsTasksInTheOrderOfPosting) {
  Collected<int> done;
  WorkerPool pool({.threads = 1});
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(pool.TryPost([&done, i] { done.Add(i); }));
  }
  pool.Shutdown();
  EXPECT_TRUE(std::ranges::is_sorted(done.Values()));
  EXPECT_EQ(done.Values().size(), 100u);
}

TEST(WorkerPoolTest, RefusesWhenTheQueueIsFullAndTakesAgainWhenItIsNot) {
  Gate gate;
  WorkerPool pool({.threads = 1, .max_queued = 2});
  ASSERT_TRUE(pool.TryPost([&gate] { gate.Pass(); }));
  gate.AwaitArrivals(1);
  EXPECT_EQ(pool.Running(), 1u);
  EXPECT_EQ(pool.QueueLength(), 0u);

  Gate second;
  EXPECT_TRUE(pool.TryPost([&second] { second.Pass(); }));
  EXPECT_TRUE(pool.TryPost([] {}));
  EXPECT_EQ(pool.QueueLength(), 2u);
  EXPECT_FALSE(pool.TryPost([] {}));

  gate.Open();
  second.AwaitArrivals(1);
  EXPECT_EQ(pool.QueueLength(), 1u);
  EXPECT_TRUE(pool.TryPost([] {}));
  second.Open();
}

TEST(WorkerPoolTest, ShutdownFinishesWhatIsQueuedAndRefusesTheRest) {
  Gate gate;
  Collected<int> done;
  WorkerPool pool({.threads = 2});
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(pool.TryPost([&gate] { gate.Pass(); }));
  }
  gate.AwaitArrivals(2);
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(pool.TryPost([&done, i] { done.Add(i); }));
  }
  std::thread stopper([&pool] { pool.Shutdown(); });
  gate.Open();
  stopper.join();
  EXPECT_THAT(done.Values(), UnorderedElementsAre(0, 1, 2, 3, 4));
  EXPECT_FALSE(pool.TryPost([] {}));
  EXPECT_EQ(pool.QueueLength(), 0u);
  EXPECT_EQ(pool.Running(), 0u);
  pool.Shutdown();
}

TEST(WorkerPoolTest, ATaskMayPostAnother) {
  Gate gate;
  Collected<int> done;
  WorkerPool pool({.threads = 1});
  ASSERT_TRUE(pool.TryPost([&] {
    EXPECT_TRUE(pool.TryPost([&done] { done.Add(2); }));
    done.Add(1);
    gate.Pass();
  }));
  gate.AwaitArrivals(1);
  gate.Open();
  pool.Shutdown();
  EXPECT_EQ(done.Values(), (std::vector<int>{1, 2}));
}

TEST(WorkerPoolTest, TakesTasksThatCannotBeCopied) {
  Collected<int> done;
  WorkerPool pool({.threads = 1});
  auto number = std::make_unique<int>(7);
  ASSERT_TRUE(
      pool.TryPost([&done, number = std::move(number)] { done.Add(*number); }));
  pool.Shutdown();
  EXPECT_EQ(done.Values(), std::vector<int>{7});
}

TEST(WorkerPoolTest, DestroysARefusedTaskWithoutRunningIt) {
  WorkerPool pool({.threads = 1, .max_queued = 0});
  auto held = std::make_shared<int>(0);
  EXPECT_FALSE(pool.TryPost([held] { ++*held; }));
  EXPECT_EQ(held.use_count(), 1);
  EXPECT_EQ(*held, 0);
}

TEST(WorkerPoolTest, TasksThatBlockGetEveryThread) {
  constexpr int kThreads = 16;
  for (int round = 0; round < 20; ++round) {
    Gate gate;
    WorkerPool pool({.threads = kThreads});
    for (int i = 0; i < kThreads; ++i) {
      ASSERT_TRUE(pool.TryPost([&gate] { gate.Pass(); }));
    }
    gate.AwaitArrivals(kThreads);
    gate.Open();
  }
}

TEST(WorkerPoolTest, WhoSleptLastIsWokenFirst) {
  constexpr int kThreads = 8;
  WorkerPool pool({.threads = kThreads});
  // A thread that does not count as running any more sleeps again.
  const auto await_sleep = [&pool] {
    while (pool.QueueLength() + pool.Running() > 0) std::this_thread::yield();
  };
  Gate gate;
  for (int i = 0; i < kThreads; ++i) {
    ASSERT_TRUE(pool.TryPost([&gate] { gate.Pass(); }));
  }
  gate.AwaitArrivals(kThreads);
  gate.Open();
  await_sleep();
  Collected<std::thread::id> ran_on;
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(pool.TryPost([&] { ran_on.Add(std::this_thread::get_id()); }));
    await_sleep();
  }
  EXPECT_THAT(ran_on.Values(), testing::Each(ran_on.Values().front()));
}

TEST(WorkerPoolTest, NamesItsThreads) {
  Gate gate;
  Collected<std::string> names;
  WorkerPool pool({.name = "editorial", .threads = 2});
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(pool.TryPost([&] {
      char name[16] = {};
      pthread_getname_np(pthread_self(), name, sizeof(name));
      names.Add(name);
      gate.Pass();
    }));
  }
  gate.AwaitArrivals(2);
  gate.Open();
  EXPECT_THAT(names.Values(),
              UnorderedElementsAre("editorial-0", "editorial-1"));
}

}  // namespace
}  // namespace courant

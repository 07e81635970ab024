#ifndef COURANT_STORAGE_BASE_MUTEX_H_
#define COURANT_STORAGE_BASE_MUTEX_H_

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"

namespace courant {

// std::mutex and std::condition_variable with Clang's lock annotations.
//
// Not absl::Mutex: the packaged Abseil is not instrumented, so
// ThreadSanitizer does not see its locks and reports races where there are
// none. Nothing here throws: std::mutex only fails on misuse.

// Exclusive, not recursive. Locked and unlocked by the same thread.
class ABSL_LOCKABLE Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  // Blocks until no other thread holds it.
  void Lock() ABSL_EXCLUSIVE_LOCK_FUNCTION() { mu_.lock(); }

  // The calling thread must hold it.
  void Unlock() ABSL_UNLOCK_FUNCTION() { mu_.unlock(); }

  // True if it was free and is now held. Does not block.
  bool TryLock() ABSL_EXCLUSIVE_TRYLOCK_FUNCTION(true) {
    return mu_.try_lock();
  }

 private:
  friend class CondVar;
  std::mutex mu_;
};

// Holds a Mutex for the life of the object.
class ABSL_SCOPED_LOCKABLE MutexLock {
 public:
  explicit MutexLock(Mutex& mu) ABSL_EXCLUSIVE_LOCK_FUNCTION(mu) : mu_(mu) {
    mu_.Lock();
  }
  ~MutexLock() ABSL_UNLOCK_FUNCTION() { mu_.Unlock(); }

  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mu_;
};

// Threads wait here for a condition that a mutex guards. Wake-ups may be
// spurious: always wait in a loop that tests the condition,
//
//   MutexLock lock(mu_);
//   while (queue_.empty()) not_empty_.Wait(mu_);
//
// All waiters of one CondVar use the same mutex. Thread-safe; must outlive
// its waiters.
class CondVar {
 public:
  CondVar() = default;
  CondVar(const CondVar&) = delete;
  CondVar& operator=(const CondVar&) = delete;

  // Releases `mu` while it waits; holds it again when it returns.
  void Wait(Mutex& mu) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu) {
    std::unique_lock<std::mutex> held(mu.mu_, std::adopt_lock);
    cv_.wait(held);
    held.release();
  }

  // Wait() for at most `timeout` on the monotonic clock; zero and less do
  // not wait. Returns true if the time ran out, which does not mean that the
  // condition is still false. Longer than kLongestWait counts as that long.
  bool WaitFor(Mutex& mu, absl::Duration timeout)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu) {
    std::unique_lock<std::mutex> held(mu.mu_, std::adopt_lock);
    const std::cv_status status = cv_.wait_for(
        held, absl::ToChronoNanoseconds(std::min(timeout, kLongestWait)));
    held.release();
    return status == std::cv_status::timeout;
  }

  // Wakes one waiter, if any. The caller may hold the mutex or not.
  void Signal() { cv_.notify_one(); }

  // Wakes every waiter.
  void SignalAll() { cv_.notify_all(); }

 private:
  // The standard library adds the timeout to the current time in
  // nanoseconds, and an infinite one would overflow.
  static constexpr absl::Duration kLongestWait = absl::Hours(24 * 365);

  std::condition_variable cv_;
};

}  // namespace courant

#endif  // COURANT_STORAGE_BASE_MUTEX_H_

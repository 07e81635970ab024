#ifndef COURANT_STORAGE_BASE_WORKER_POOL_H_
#define COURANT_STORAGE_BASE_WORKER_POOL_H_

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/strings/string_view.h"
#include "storage/base/mutex.h"

namespace courant {

// A fixed number of threads that run tasks from one bounded queue, first in,
// first out. A full queue refuses instead of blocking, so that overload is
// answered at the door and not by waiting.
//
// Waking a thread costs more than a short task. So one at a time is woken, and
// wakes the next when it finds more to do: short tasks in a burst are run by
// the few threads that are awake, long ones get every thread after all. Who
// slept last is woken first, since its memory is still near.
//
// Thread-safe, and a task may post. What tasks refer to must outlive
// Shutdown().
class WorkerPool {
 public:
  // Runs once, on any thread of the pool, with no lock held. Must not throw.
  using Task = absl::AnyInvocable<void()>;

  struct Options {
    // Threads are called `name`-0, `name`-1 and so on, of which the kernel
    // keeps 15 bytes.
    std::string name = "worker";
    // At least 1.
    int threads = 4;
    // Tasks that may wait, beside those that run. 0 refuses everything.
    size_t max_queued = 1024;
  };

  // Starts the threads.
  explicit WorkerPool(const Options& options);

  // Shutdown().
  ~WorkerPool();

  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // Queues `task` and returns true. Returns false, and destroys `task`
  // without running it, if `max_queued` tasks wait or Shutdown() has begun.
  [[nodiscard]] bool TryPost(Task task) ABSL_LOCKS_EXCLUDED(mu_);

  // Refuses new tasks, runs what is queued, and returns when every thread
  // has ended. May be called more than once, but never from a task.
  void Shutdown() ABSL_LOCKS_EXCLUDED(mu_);

  // Tasks that wait for a thread now; those that run are not counted.
  size_t QueueLength() const ABSL_LOCKS_EXCLUDED(mu_);

  // Tasks that run now, at most `Options::threads`.
  size_t Running() const ABSL_LOCKS_EXCLUDED(mu_);

 private:
  // Where one thread sleeps. At one address for as long as the pool.
  struct Bed {
    CondVar wake;
    bool woken = false;  // guarded by mu_
  };

  // One thread: takes tasks until the queue is empty and closed.
  void Work(const std::string& thread_name, Bed& bed) ABSL_LOCKS_EXCLUDED(mu_);
  // Waits until WakeOne() or Shutdown() picks this thread.
  void Sleep(Bed& bed) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Picks a thread to be woken: null when there is nothing to do, nobody
  // asleep, or somebody on the way who will see to it. The caller signals it,
  // best without the lock.
  CondVar* WakeOne() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  // Constant after construction.
  const size_t max_queued_;

  // Serialises Shutdown(), so that each thread is joined once. Comes before
  // mu_.
  Mutex shutdown_mu_ ABSL_ACQUIRED_BEFORE(mu_);
  std::vector<std::thread> threads_ ABSL_GUARDED_BY(shutdown_mu_);

  std::vector<std::unique_ptr<Bed>> beds_;

  mutable Mutex mu_;
  // Those in which a thread sleeps, the last one last.
  std::vector<Bed*> asleep_ ABSL_GUARDED_BY(mu_);
  // A thread was picked and has not looked at the queue yet.
  bool waking_ ABSL_GUARDED_BY(mu_) = false;
  std::deque<Task> queue_ ABSL_GUARDED_BY(mu_);
  size_t running_ ABSL_GUARDED_BY(mu_) = 0;
  bool closed_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace courant

#endif  // COURANT_STORAGE_BASE_WORKER_POOL_H_

#ifndef COURANT_SERVICES_RPC_FAIR_QUEUE_H_
#define COURANT_SERVICES_RPC_FAIR_QUEUE_H_

#include <cstddef>
#include <deque>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "storage/base/mutex.h"
#include "storage/base/worker_pool.h"

namespace courant {

// Shares the threads of a pool among partners: of each, at most some tasks run
// at a time, and the rest waits in a line of its own. So however much one of
// them asks for, threads are left for the others, and who asks for more than
// runs at a time waits behind itself alone. Thread-safe.
class FairQueue {
 public:
  struct Options {
    // Tasks of one partner that run, or are about to.
    int max_running = 4;
    // Tasks of one partner that wait, in all.
    size_t max_waiting = 64;
  };

  // `pool` is not owned; it must be shut down before the queue goes.
  FairQueue(WorkerPool& pool, Options options)
      : pool_(pool), options_(options) {}

  // Runs `task` of `who` on the pool, when it is its turn. False, and `task` is
  // destroyed: too many of it wait, or the pool takes none. One that was taken
  // is run, also while the pool shuts down.
  [[nodiscard]] bool TryPost(absl::string_view who, WorkerPool::Task task)
      ABSL_LOCKS_EXCLUDED(mu_);

  // Tasks that wait behind others of the same partner, now: beyond those for
  // which the pool has promised a turn.
  size_t QueueLength() const ABSL_LOCKS_EXCLUDED(mu_);

 private:
  struct Line {
    int running = 0;
    // Turns that the pool has promised: each runs the first task by then.
    size_t turns = 0;
    // At least as many as turns.
    std::deque<WorkerPool::Task> waiting;

    bool IsFull(int max_running) const {
      return running + static_cast<int>(turns) >= max_running;
    }
  };

  // Asks the pool for one more turn of `line`, which is that of `who`.
  bool AskForTurn(const std::string& who, Line& line)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // A turn of `who`, and when the pool gives no other, all that follow.
  void TakeTurn(const std::string& who) ABSL_LOCKS_EXCLUDED(mu_);
  // The task of a turn that begins; and after that of one, another that has
  // none, or nothing. A turn and the task that goes with it are counted off
  // together, under the lock: else somebody would give the task another one.
  WorkerPool::Task Begin(const std::string& who) ABSL_LOCKS_EXCLUDED(mu_);
  WorkerPool::Task GoOn(const std::string& who) ABSL_LOCKS_EXCLUDED(mu_);
  static WorkerPool::Task TakeFirst(Line& line);

  WorkerPool& pool_;
  const Options options_;

  mutable Mutex mu_;
  // Of those that have a task: others are forgotten.
  absl::flat_hash_map<std::string, Line> lines_ ABSL_GUARDED_BY(mu_);
};

}  // namespace courant

#endif  // COURANT_SERVICES_RPC_FAIR_QUEUE_H_

#ifndef COURANT_SERVICES_EDITORIAL_SCHEDULER_H_
#define COURANT_SERVICES_EDITORIAL_SCHEDULER_H_

#include <cstddef>
#include <functional>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/editorial/scheduler_metrics.h"
#include "storage/base/clock.h"
#include "storage/base/mutex.h"
#include "storage/committer.h"
#include "storage/database.h"

namespace courant {

// Acts when the time of an article has come: publishes what is scheduled, lifts
// embargoes, lets rights expire. It is one more caller of the commit path and
// keeps nothing of its own: what waits is state in the log, and the decision
// looks again at the tail. So each thing happens once, whatever is restarted,
// and nothing happens before the clock says its time.
//
// It compares with the clock at every poll, and never computes how long to
// sleep: a clock that is set forward makes things due at once, one that is set
// back makes them wait for their time; what was done stays done. Thread-safe.
class Scheduler {
 public:
  struct Options {
    // How often it looks, in real time: what a lateness is made of besides the
    // commit.
    absl::Duration poll = absl::Milliseconds(50);
    // Told of a pass that failed; passes go on.
    std::function<void(const absl::Status&)> on_error;
  };

  // Articles in one commit, at most. All that is due together goes out
  // together, up to here; the rest follows at once.
  static constexpr size_t kMaxAtOnce = 10'000;

  // Nothing is owned; all must outlive the scheduler. Does nothing until
  // Start().
  Scheduler(storage::Committer& committer, const storage::Database& database,
            const Clock& clock, SchedulerMetrics& metrics, Options options);
  // Stops.
  ~Scheduler();

  Scheduler(const Scheduler&) = delete;
  Scheduler& operator=(const Scheduler&) = delete;

  // Begins to look, on a thread of its own. Call once.
  void Start();

  // Ends the thread, after the pass it is in. May be called more than once,
  // from one thread.
  void Stop() ABSL_LOCKS_EXCLUDED(mu_);

  // One pass: commits what is due now, in order of time and then of id, but
  // each behind what it was made from, in one commit. Returns the number of
  // articles that were due. Errors as Committer::Commit.
  absl::StatusOr<size_t> RunOnce();

 private:
  void Run() ABSL_LOCKS_EXCLUDED(mu_);

  storage::Committer& committer_;
  const storage::Database& database_;
  const Clock& clock_;
  SchedulerMetrics& metrics_;
  const Options options_;

  Mutex mu_;
  CondVar stop_cv_;
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  std::thread thread_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_SCHEDULER_H_

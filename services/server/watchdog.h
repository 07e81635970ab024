#ifndef COURANT_SERVICES_SERVER_WATCHDOG_H_
#define COURANT_SERVICES_SERVER_WATCHDOG_H_

#include <functional>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "prometheus/gauge.h"
#include "prometheus/registry.h"
#include "storage/base/clock.h"
#include "storage/base/mutex.h"

namespace courant {

// Finds out again and again whether this process does its work, and says so
// only then: to a service manager, which starts it anew when nothing is said
// for long, and in the metric courant_watchdog_last_ok_timestamp_seconds.
// A check that hangs is one that fails: they are made one after the other, on a
// thread of their own, and nothing is said meanwhile.
//
// Start and Stop from one thread.
class Watchdog {
 public:
  struct Options {
    // Between two rounds of checks, in real time. After one that failed the
    // next comes in a tenth of it: what passes by should not end the process.
    absl::Duration interval = absl::Seconds(10);
    // What is wrong, or OK. May block.
    std::vector<std::function<absl::Status()>> checks;
    // Called after a round in which all were OK. May be null.
    std::function<void()> on_well;
    // Called with why when a round fails after one that did not, and with OK
    // when one does not fail any more. May be null.
    std::function<void(const absl::Status&)> on_change;
  };

  // `clock` and `registry` are not owned and must outlive the watchdog.
  Watchdog(Options options, const Clock& clock, prometheus::Registry& registry);
  // Stop().
  ~Watchdog();

  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  // Begins, with a round at once. Once.
  void Start();

  // Says nothing from now on, whatever comes of the check that it is at. Does
  // not wait for that: a stop that does would hang where the database does.
  void Hush() ABSL_LOCKS_EXCLUDED(mu_);

  // Ends the thread, after that check. A second call does nothing.
  void Stop() ABSL_LOCKS_EXCLUDED(mu_);

 private:
  void Run() ABSL_LOCKS_EXCLUDED(mu_);
  // What came of a round is said, unless it is hushed meanwhile.
  void Tell(const absl::Status& found, bool was_well) ABSL_LOCKS_EXCLUDED(mu_);
  // One round: the first that is wrong.
  absl::Status Check() const;

  const Options options_;
  const Clock& clock_;
  prometheus::Gauge& last_ok_;
  Mutex mu_;
  CondVar stop_cv_;
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  std::thread thread_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_SERVER_WATCHDOG_H_

#ifndef COURANT_TESTS_SERVICES_HTTP_HANDLER_GATE_H_
#define COURANT_TESTS_SERVICES_HTTP_HANDLER_GATE_H_

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "storage/base/mutex.h"

namespace courant {

// A door that handlers wait at until it is opened.
class HandlerGate {
 public:
  void Pass() {
    MutexLock lock(mu_);
    ++waiting_;
    changed_.SignalAll();
    while (!is_open_) changed_.Wait(mu_);
  }

  void Open() {
    MutexLock lock(mu_);
    is_open_ = true;
    changed_.SignalAll();
  }

  // False if fewer than `count` have come after 10 s.
  bool WaitForWaiting(int count) {
    const absl::Time deadline = absl::Now() + absl::Seconds(10);
    MutexLock lock(mu_);
    while (waiting_ < count) {
      if (changed_.WaitFor(mu_, deadline - absl::Now())) return false;
    }
    return true;
  }

 private:
  Mutex mu_;
  CondVar changed_;
  int waiting_ ABSL_GUARDED_BY(mu_) = 0;
  bool is_open_ ABSL_GUARDED_BY(mu_) = false;
};

}  // namespace courant

#endif  // COURANT_TESTS_SERVICES_HTTP_HANDLER_GATE_H_

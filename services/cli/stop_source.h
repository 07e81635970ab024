#ifndef COURANT_SERVICES_CLI_STOP_SOURCE_H_
#define COURANT_SERVICES_CLI_STOP_SOURCE_H_

#include <functional>
#include <vector>

#include "absl/time/time.h"
#include "storage/base/mutex.h"

namespace courant {

// Tells a running command that the user wants it to end, as with Ctrl-C.
// Thread-safe. Once requested, a stop is never taken back.
class StopSource {
 public:
  StopSource() = default;
  StopSource(const StopSource&) = delete;
  StopSource& operator=(const StopSource&) = delete;

  // Asks for a stop. Returns false when no StopListener lives: then nobody
  // will act on it, and the caller has to end the program itself.
  bool Request() ABSL_LOCKS_EXCLUDED(mu_);

  // True from the first Request() on.
  bool requested() const ABSL_LOCKS_EXCLUDED(mu_);

  // True while a StopShield lives.
  bool shielded() const ABSL_LOCKS_EXCLUDED(mu_);

  // Waits for `timeout` or until a stop is requested, whichever comes first.
  // Returns requested().
  bool WaitFor(absl::Duration timeout) ABSL_LOCKS_EXCLUDED(mu_);

 private:
  friend class StopListener;
  friend class StopShield;

  mutable Mutex mu_;
  CondVar changed_;
  bool requested_ ABSL_GUARDED_BY(mu_) = false;
  int shields_ ABSL_GUARDED_BY(mu_) = 0;
  std::vector<class StopListener*> listeners_ ABSL_GUARDED_BY(mu_);
};

// While it lives, Ctrl-C is meant for another program in the same terminal:
// whoever catches it for this one leaves it alone.
class StopShield {
 public:
  // `source` must outlive it.
  explicit StopShield(StopSource& source);
  ~StopShield();

  StopShield(const StopShield&) = delete;
  StopShield& operator=(const StopShield&) = delete;

 private:
  StopSource& source_;
};

// While it lives, the command ends by itself when a stop is requested.
// `source` must outlive it.
class StopListener {
 public:
  // `on_stop` runs once, on the thread that requests the stop, or at once
  // here when that has happened already. It must not block and must not
  // touch `source`. It never runs after the destructor has returned.
  explicit StopListener(StopSource& source,
                        std::function<void()> on_stop = nullptr);
  ~StopListener();

  StopListener(const StopListener&) = delete;
  StopListener& operator=(const StopListener&) = delete;

 private:
  friend class StopSource;

  StopSource& source_;
  const std::function<void()> on_stop_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_STOP_SOURCE_H_

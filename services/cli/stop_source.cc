#include "services/cli/stop_source.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"

namespace courant {

bool StopSource::Request() {
  MutexLock lock(mu_);
  if (!requested_) {
    requested_ = true;
    // Under the lock, so that a listener cannot go while it is called.
    for (const StopListener* listener : listeners_) {
      if (listener->on_stop_) listener->on_stop_();
    }
    changed_.SignalAll();
  }
  return !listeners_.empty();
}

bool StopSource::requested() const {
  MutexLock lock(mu_);
  return requested_;
}

bool StopSource::shielded() const {
  MutexLock lock(mu_);
  return shields_ > 0;
}

bool StopSource::WaitFor(absl::Duration timeout) {
  const absl::Time deadline = absl::Now() + timeout;
  MutexLock lock(mu_);
  while (!requested_) {
    const absl::Duration left = deadline - absl::Now();
    if (left <= absl::ZeroDuration()) break;
    changed_.WaitFor(mu_, left);
  }
  return requested_;
}

StopShield::StopShield(StopSource& source) : source_(source) {
  MutexLock lock(source_.mu_);
  ++source_.shields_;
}

StopShield::~StopShield() {
  MutexLock lock(source_.mu_);
  --source_.shields_;
}

StopListener::StopListener(StopSource& source, std::function<void()> on_stop)
    : source_(source), on_stop_(std::move(on_stop)) {
  MutexLock lock(source_.mu_);
  source_.listeners_.push_back(this);
  if (source_.requested_ && on_stop_) on_stop_();
}

StopListener::~StopListener() {
  MutexLock lock(source_.mu_);
  auto& all = source_.listeners_;
  all.erase(std::remove(all.begin(), all.end(), this), all.end());
}

}  // namespace courant

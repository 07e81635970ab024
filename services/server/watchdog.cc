#include "services/server/watchdog.h"

#include <pthread.h>

#include <utility>

#include "storage/base/status_macros.h"

namespace courant {

Watchdog::Watchdog(Options options, const Clock& clock,
                   prometheus::Registry& registry)
    : options_(std::move(options)),
      clock_(clock),
      last_ok_(prometheus::BuildGauge()
                   .Name("courant_watchdog_last_ok_timestamp_seconds")
                   .Help("When the server last answered its own call and read "
                         "its database; 0: not yet.")
                   .Register(registry)
                   .Add({})) {}

Watchdog::~Watchdog() { Stop(); }

void Watchdog::Start() {
  thread_ = std::thread([this] { Run(); });
}

void Watchdog::Hush() {
  MutexLock lock(mu_);
  stopping_ = true;
  stop_cv_.SignalAll();
}

void Watchdog::Stop() {
  Hush();
  if (thread_.joinable()) thread_.join();
}

absl::Status Watchdog::Check() const {
  for (const auto& check : options_.checks) COURANT_RETURN_IF_ERROR(check());
  return absl::OkStatus();
}

void Watchdog::Tell(const absl::Status& found, bool was_well) {
  {
    MutexLock lock(mu_);
    if (stopping_) return;
  }
  if (found.ok()) {
    last_ok_.Set(absl::ToDoubleSeconds(clock_.Now() - absl::UnixEpoch()));
    if (options_.on_well) options_.on_well();
  }
  if (found.ok() != was_well && options_.on_change) options_.on_change(found);
}

void Watchdog::Run() {
  pthread_setname_np(pthread_self(), "watchdog");
  bool was_well = true;
  while (true) {
    const absl::Status found = Check();
    Tell(found, was_well);
    was_well = found.ok();
    MutexLock lock(mu_);
    const absl::Duration pause =
        found.ok() ? options_.interval : options_.interval / 10;
    if (!stopping_) stop_cv_.WaitFor(mu_, pause);
    if (stopping_) return;
  }
}

}  // namespace courant

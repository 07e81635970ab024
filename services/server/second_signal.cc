#include "services/server/second_signal.h"

#include <pthread.h>

#include <ctime>
#include <utility>

namespace courant {
namespace {

// How long a stop may be kept waiting by who waits for a signal.
constexpr timespec kLook = {.tv_sec = 0, .tv_nsec = 10'000'000};

}  // namespace

SecondSignal::SecondSignal(const sigset_t& signals,
                           std::function<void()> on_signal)
    : thread_([this, signals, on_signal = std::move(on_signal)] {
        Run(signals, on_signal);
      }) {}

SecondSignal::~SecondSignal() {
  over_.store(true);
  thread_.join();
}

void SecondSignal::Run(const sigset_t& signals,
                       const std::function<void()>& on_signal) {
  pthread_setname_np(pthread_self(), "second-signal");
  while (!over_.load()) {
    if (sigtimedwait(&signals, nullptr, &kLook) > 0) return on_signal();
  }
}

}  // namespace courant

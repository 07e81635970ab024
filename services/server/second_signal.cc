#include "services/server/second_signal.h"

#include <pthread.h>

#include <ctime>
#include <utility>

#include "absl/time/time.h"
#include "services/edge/connection.h"

namespace courant {
namespace {

// How long a stop may be kept waiting by who waits for a signal.
constexpr timespec kLook = {.tv_sec = 0, .tv_nsec = 10'000'000};

// Two that come together are meant as one: timeout(1) sends its signal to the
// program and to its group.
constexpr absl::Duration kSameWord = absl::Milliseconds(250);

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
  const absl::Time begin = SteadyNow();
  while (!over_.load()) {
    const bool is_there = sigtimedwait(&signals, nullptr, &kLook) > 0;
    if (is_there && SteadyNow() - begin >= kSameWord) return on_signal();
  }
}

}  // namespace courant

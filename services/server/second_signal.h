#ifndef COURANT_SERVICES_SERVER_SECOND_SIGNAL_H_
#define COURANT_SERVICES_SERVER_SECOND_SIGNAL_H_

#include <atomic>
#include <csignal>
#include <functional>
#include <thread>

namespace courant {

// As long as it is there, waits for one of `signals`, which all threads must
// block: who sends one more while the program stops has no time. One thread at
// a time.
class SecondSignal {
 public:
  // Calls `on_signal` for the first that comes, from a thread of its own; what
  // comes within a quarter of a second is still the first signal.
  SecondSignal(const sigset_t& signals, std::function<void()> on_signal);
  // Ends the wait; after that the signals are for whoever waits next.
  ~SecondSignal();

  SecondSignal(const SecondSignal&) = delete;
  SecondSignal& operator=(const SecondSignal&) = delete;

 private:
  void Run(const sigset_t& signals, const std::function<void()>& on_signal);

  std::atomic<bool> over_{false};
  std::thread thread_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_SERVER_SECOND_SIGNAL_H_

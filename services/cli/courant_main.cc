#include <pthread.h>
#include <pwd.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/cli/command_line.h"

namespace courant {
namespace {

sigset_t StopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  return signals;
}

// Turns SIGINT and SIGTERM into requests to `stop`. The second one, and the
// first when no command listens, end the program as they would without this.
// A SIGINT that is meant for an editor does nothing.
class SignalThread {
 public:
  // Before any other thread begins, so that none is interrupted.
  explicit SignalThread(StopSource& stop) : stop_(stop) {
    const sigset_t signals = StopSignals();
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    thread_ = std::thread([this] { Wait(); });
  }

  ~SignalThread() {
    done_ = true;
    pthread_kill(thread_.native_handle(), SIGINT);  // Wakes it.
    thread_.join();
  }

 private:
  void Wait() {
    const sigset_t signals = StopSignals();
    for (bool first = true;;) {
      int signal = 0;
      sigwait(&signals, &signal);
      if (done_) return;
      if (signal == SIGINT && stop_.shielded()) continue;
      if (first && stop_.Request()) {
        first = false;
        continue;
      }
      std::signal(signal, SIG_DFL);
      pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
      raise(signal);
    }
  }

  StopSource& stop_;
  std::atomic<bool> done_ = false;
  std::thread thread_;
};

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

// "user/kim". What metadata cannot carry becomes a dash.
std::string DefaultActor() {
  std::string user = Environment("USER");
  if (user.empty()) {
    const passwd* entry = getpwuid(getuid());
    user = entry == nullptr ? "unknown" : entry->pw_name;
  }
  for (char& c : user) {
    if (!absl::ascii_isgraph(static_cast<unsigned char>(c))) c = '-';
  }
  return absl::StrCat("user/", user.substr(0, 100));
}

// As every program chooses it.
std::string Editor() {
  for (const char* name : {"VISUAL", "EDITOR"}) {
    if (std::string editor = Environment(name); !editor.empty()) return editor;
  }
  return "vi";
}

int Main(int argc, char** argv) {
  // What the transport has to say, the commands say in their own words.
  setenv("GRPC_VERBOSITY", "NONE", /*overwrite=*/0);
  std::ios::sync_with_stdio(false);

  StopSource stop;
  const SignalThread signals(stop);
  Console console{std::cin,
                  std::cout,
                  std::cerr,
                  Terminal::Of(STDOUT_FILENO),
                  Terminal::Of(STDERR_FILENO),
                  isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1,
                  stop};
  CommandDefaults defaults;
  defaults.actor = DefaultActor();
  defaults.editor = Editor();
  defaults.edit_folder = Environment("TMPDIR");
  // As programs that trace what they start have agreed.
  defaults.traceparent = Environment("TRACEPARENT");
  if (const std::string address = Environment("COURANT_ADDRESS");
      !address.empty()) {
    defaults.address = address;
  }
  return RunCommandLine(std::vector<std::string>(argv + 1, argv + argc),
                        defaults, console);
}

}  // namespace
}  // namespace courant

int main(int argc, char** argv) { return courant::Main(argc, argv); }

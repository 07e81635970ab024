#include "services/cli/server_program.h"

#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "absl/strings/str_cat.h"
#include "services/cli/error_text.h"

namespace courant {
namespace {

constexpr char kProgram[] = "courantd";

// While it lives, no signal is blocked: a program keeps what was blocked for
// the one before it.
class NothingBlocked {
 public:
  NothingBlocked() {
    sigset_t none;
    sigemptyset(&none);
    pthread_sigmask(SIG_SETMASK, &none, &before_);
  }
  ~NothingBlocked() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

  NothingBlocked(const NothingBlocked&) = delete;
  NothingBlocked& operator=(const NothingBlocked&) = delete;

 private:
  sigset_t before_;
};

// Empty where the system does not tell where this program lies.
std::string PathBesideThis() {
  std::error_code error;
  const std::filesystem::path self =
      std::filesystem::read_symlink("/proc/self/exe", error);
  return error ? "" : (self.parent_path() / kProgram).string();
}

}  // namespace

absl::Status BecomeServerProgram(std::vector<std::string> flags) {
  flags.insert(flags.begin(), kProgram);
  std::vector<char*> argv;
  argv.reserve(flags.size() + 1);
  for (std::string& flag : flags) argv.push_back(flag.data());
  argv.push_back(nullptr);
  const std::string beside = PathBesideThis();
  int error = 0;
  {
    const NothingBlocked open;
    execv(beside.c_str(), argv.data());
    if (errno == ENOENT) execvp(kProgram, argv.data());
    error = errno;
  }
  if (error != ENOENT) {
    return absl::FailedPreconditionError(
        absl::StrCat("courantd cannot be started: ", strerror(error)));
  }
  return WithHint(
      absl::NotFoundError(absl::StrCat("there is no courantd, neither ", beside,
                                       " nor one on PATH")),
      "courantd does this; say it where courantd is installed");
}

}  // namespace courant

#include "services/cli/text_editor.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace courant {
namespace {

// What may stand in the name of a file; the rest becomes a dash.
std::string FileName(absl::string_view name) {
  std::string safe(name.substr(0, 100));
  for (char& c : safe) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c))) c = '-';
  }
  return safe;
}

absl::Status WriteAll(int fd, absl::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return absl::ErrnoToStatus(errno, "cannot be written");
    text.remove_prefix(static_cast<size_t>(written));
  }
  return absl::OkStatus();
}

// While it lives, Ctrl-\ does not end this process.
class QuitIgnored {
 public:
  QuitIgnored() {
    struct sigaction ignore = {};
    ignore.sa_handler = SIG_IGN;
    sigaction(SIGQUIT, &ignore, &before_);
  }
  ~QuitIgnored() { sigaction(SIGQUIT, &before_, nullptr); }

  QuitIgnored(const QuitIgnored&) = delete;
  QuitIgnored& operator=(const QuitIgnored&) = delete;

 private:
  struct sigaction before_ = {};
};

// Starts `words` with the signals of a fresh process: this one blocks some.
// Returns 0 or an errno.
int Spawn(const std::vector<std::string>& words, pid_t& pid) {
  std::vector<char*> argv;
  argv.reserve(words.size() + 1);
  for (const std::string& word : words) {
    argv.push_back(const_cast<char*>(word.c_str()));
  }
  argv.push_back(nullptr);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none;
  sigemptyset(&none);
  posix_spawnattr_setsigmask(&attributes, &none);
  sigset_t usual;
  sigemptyset(&usual);
  for (const int signal : {SIGINT, SIGTERM, SIGQUIT}) {
    sigaddset(&usual, signal);
  }
  posix_spawnattr_setsigdefault(&attributes, &usual);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  const int error =
      posix_spawnp(&pid, argv[0], nullptr, &attributes, argv.data(), environ);
  posix_spawnattr_destroy(&attributes);
  return error;
}

}  // namespace

absl::StatusOr<std::string> MakeEditFile(const std::string& folder,
                                         absl::string_view name,
                                         absl::string_view text) {
  constexpr absl::string_view kSuffix = ".txt";
  std::string path =
      absl::StrCat(folder.empty() ? "/var/tmp" : folder, "/courant-",
                   FileName(name), "-XXXXXX", kSuffix);
  const int fd =
      mkostemps(path.data(), static_cast<int>(kSuffix.size()), O_CLOEXEC);
  if (fd < 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("no file can be made at ", path, ": ", strerror(errno)));
  }
  absl::Status status = WriteAll(fd, text);
  if (close(fd) != 0 && status.ok()) {
    status = absl::ErrnoToStatus(errno, "cannot be written");
  }
  if (status.ok()) return path;
  unlink(path.c_str());
  return absl::FailedPreconditionError(
      absl::StrCat(path, ": ", status.message()));
}

absl::Status RunEditor(const std::string& editor, const std::string& path,
                       StopSource& stop) {
  const StopShield shield(stop);
  const QuitIgnored quit_ignored;
  pid_t pid = 0;
  // "$@" so that no path needs quotes; the editor may have words of its own.
  const int error =
      Spawn({"sh", "-c", absl::StrCat(editor, " \"$@\""), editor, path}, pid);
  if (error != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat("the editor cannot be started: ", strerror(error)));
  }
  int status = 0;
  while (waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) {
      return absl::FailedPreconditionError(
          absl::StrCat("the editor was lost: ", strerror(errno)));
    }
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(
      WIFEXITED(status)
          ? absl::StrCat("the editor \"", editor, "\" ended with code ",
                         WEXITSTATUS(status))
          : absl::StrCat("the editor \"", editor, "\" was ended by signal ",
                         WTERMSIG(status)));
}

absl::StatusOr<std::string> ReadEditFile(const std::string& path,
                                         size_t limit) {
  std::ifstream in(path, std::ios::binary);
  std::string text;
  char block[16384];
  while (text.size() <= limit &&
         (in.read(block, sizeof(block)) || in.gcount() > 0)) {
    text.append(block, static_cast<size_t>(in.gcount()));
  }
  // A folder opens, but cannot be read.
  if (!in.is_open() || in.bad()) {
    return absl::NotFoundError(absl::StrCat(path, " cannot be read"));
  }
  return text.substr(0, limit + 1);
}

}  // namespace courant

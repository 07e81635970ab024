#include "services/cli/secret_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/cli/display_width.h"
#include "services/cli/error_text.h"

namespace courant {
namespace {

constexpr mode_t kOwnerAlone = S_IRUSR | S_IWUSR;

absl::Status FileError(const std::string& path) {
  return absl::ErrnoToStatus(errno, OneLine(path));
}

}  // namespace

absl::StatusOr<SecretFile> SecretFile::Reserve(const std::string& path) {
  const int fd =
      open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, kOwnerAlone);
  if (fd >= 0) return SecretFile(path, fd);
  return WithHint(FileError(path),
                  "name a file that does not exist yet, in a "
                  "folder that does");
}

SecretFile::SecretFile(SecretFile&& other) noexcept
    : path_(std::move(other.path_)),
      fd_(std::exchange(other.fd_, -1)),
      written_(other.written_) {}

SecretFile::~SecretFile() {
  if (fd_ < 0) return;
  close(fd_);
  if (!written_) unlink(path_.c_str());
}

absl::Status SecretFile::Write(const std::string& secret) {
  written_ = true;
  const std::string text = secret + "\n";
  // Short enough that a file takes it at once or is full.
  if (write(fd_, text.data(), text.size()) !=
          static_cast<ssize_t>(text.size()) ||
      fsync(fd_) != 0) {
    return FileError(path_);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> ReadSecretFile(const std::string& path) {
  struct stat found;
  if (stat(path.c_str(), &found) != 0) return FileError(path);
  if ((found.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat(OneLine(path), " can be read by others: chmod 600 it"));
  }
  std::ifstream in(path);
  std::string line;
  if (!std::getline(in, line)) return FileError(path);
  return line;
}

}  // namespace courant

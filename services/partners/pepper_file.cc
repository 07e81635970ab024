#include "services/partners/pepper_file.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "services/partners/key_hasher.h"
#include "storage/base/status_macros.h"
#include "storage/digest.h"

namespace courant {
namespace {

absl::Status CannotUse(const std::string& path, absl::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrCat("auth.pepper_file: ", path, ": ", why));
}

absl::Status Failed(const std::string& path, absl::string_view what) {
  return CannotUse(path, absl::StrCat("cannot ", what, ": ", strerror(errno)));
}

absl::Status SyncFolderOf(const std::string& path) {
  const size_t slash = path.rfind('/');
  const std::string folder =
      slash == path.npos ? "." : path.substr(0, slash + 1);
  const int directory = open(folder.c_str(), O_RDONLY | O_CLOEXEC);
  if (directory < 0) return Failed(path, "sync its folder");
  const bool synced = fsync(directory) == 0;
  close(directory);
  return synced ? absl::OkStatus() : Failed(path, "sync its folder");
}

// Makes the file as a whole or not at all: one that was cut short must not
// leave half a pepper.
absl::Status Make(const std::string& path, const std::string& pepper) {
  const std::string unfinished = absl::StrCat(path, ".new");
  unlink(unfinished.c_str());
  const int file =
      open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return Failed(path, "make it");
  const bool written = write(file, pepper.data(), pepper.size()) ==
                           static_cast<ssize_t>(pepper.size()) &&
                       fsync(file) == 0;
  const absl::Status failed = Failed(path, "write it");
  close(file);
  // A link, unlike a rename, takes nobody's place.
  const bool linked = written && link(unfinished.c_str(), path.c_str()) == 0;
  const absl::Status not_made = written ? Failed(path, "make it") : failed;
  unlink(unfinished.c_str());
  return linked ? SyncFolderOf(path) : not_made;
}

absl::StatusOr<std::string> Read(const std::string& path) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0 && errno == ENOENT) {
    return absl::NotFoundError(
        absl::StrCat("auth.pepper_file: ", path, " is not there"));
  }
  if (file < 0) return Failed(path, "open it");
  const absl::Cleanup closer = [file] { close(file); };
  struct stat about;
  if (fstat(file, &about) != 0) return Failed(path, "look at it");
  if ((about.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return CannotUse(path,
                     "others than its owner may read it; chmod 600, and if "
                     "somebody may have, make all keys again");
  }
  std::string pepper(KeyHasher::kPepperBytes + 1, '\0');
  const ssize_t size = read(file, pepper.data(), pepper.size());
  if (size != static_cast<ssize_t>(KeyHasher::kPepperBytes)) {
    return CannotUse(path, absl::StrCat("is not ", KeyHasher::kPepperBytes,
                                        " bytes; put back the copy of it"));
  }
  pepper.resize(KeyHasher::kPepperBytes);
  return pepper;
}

}  // namespace

PepperFile::PepperFile(std::string path) : path_(std::move(path)) {
  absl::StatusOr<std::string> found =
      path_.empty() ? absl::InvalidArgumentError(
                          "auth.pepper_file: must be set, since nothing is "
                          "beside the data folder")
                    : Read(path_);
  fault_ = found.status();
  pepper_ = found.ok() ? *std::move(found)
                       : storage::RandomBytes(KeyHasher::kPepperBytes);
}

PepperFile::~PepperFile() { OPENSSL_cleanse(pepper_.data(), pepper_.size()); }

absl::Status PepperFile::fault() const {
  MutexLock lock(mu_);
  return fault_;
}

absl::Status PepperFile::Keep() {
  MutexLock lock(mu_);
  if (fault_.ok() || path_.empty()) return fault_;
  const absl::StatusOr<std::string> found = Read(path_);
  if (absl::IsNotFound(found.status())) {
    COURANT_RETURN_IF_ERROR(Make(path_, pepper_));
  } else {
    COURANT_RETURN_IF_ERROR(found.status());
    if (*found != pepper_) {
      return CannotUse(path_, "was put there meanwhile; start again to use it");
    }
    // Ours, of an attempt that could not say so.
    COURANT_RETURN_IF_ERROR(SyncFolderOf(path_));
  }
  fault_ = absl::OkStatus();
  return absl::OkStatus();
}

}  // namespace courant

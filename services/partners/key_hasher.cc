#include "services/partners/key_hasher.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "absl/cleanup/cleanup.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
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

// Makes the file as a whole or not at all: a start that was cut short must not
// leave half a pepper.
absl::Status Make(const std::string& path) {
  const std::string pepper = storage::RandomBytes(KeyHasher::kPepperBytes);
  const std::string unfinished = absl::StrCat(path, ".new");
  unlink(unfinished.c_str());
  const int file =
      open(unfinished.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return Failed(path, "make it");
  const bool written = write(file, pepper.data(), pepper.size()) ==
                           static_cast<ssize_t>(pepper.size()) &&
                       fsync(file) == 0;
  close(file);
  if (!written) return Failed(path, "write it");
  // A link, unlike a rename, takes nobody's place.
  const bool linked = link(unfinished.c_str(), path.c_str()) == 0;
  unlink(unfinished.c_str());
  if (!linked) return Failed(path, "make it");
  const size_t slash = path.rfind('/');
  const std::string folder =
      slash == path.npos ? "." : path.substr(0, slash + 1);
  const int directory = open(folder.c_str(), O_RDONLY | O_CLOEXEC);
  if (directory < 0) return Failed(path, "sync its folder");
  const bool synced = fsync(directory) == 0;
  close(directory);
  return synced ? absl::OkStatus() : Failed(path, "sync its folder");
}

absl::StatusOr<std::string> Read(const std::string& path, int file) {
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

KeyHasher::~KeyHasher() { OPENSSL_cleanse(pepper_.data(), pepper_.size()); }

std::string KeyHasher::HashOf(absl::string_view id,
                              absl::string_view secret) const {
  made_.fetch_add(1, std::memory_order_relaxed);
  std::string message = absl::StrCat(id, "_", secret);
  std::string hash(kHashBytes, '\0');
  unsigned int size = 0;
  // Fails only without memory; a hash that is none must not be compared.
  if (HMAC(EVP_sha256(), pepper_.data(), static_cast<int>(pepper_.size()),
           reinterpret_cast<const unsigned char*>(message.data()),
           message.size(), reinterpret_cast<unsigned char*>(hash.data()),
           &size) == nullptr ||
      size != kHashBytes) {
    std::abort();
  }
  OPENSSL_cleanse(message.data(), message.size());
  return hash;
}

bool KeyHasher::IsSame(absl::string_view one, absl::string_view other) {
  return one.size() == kHashBytes && other.size() == kHashBytes &&
         CRYPTO_memcmp(one.data(), other.data(), kHashBytes) == 0;
}

absl::StatusOr<std::string> LoadPepper(const std::string& path, bool may_make) {
  int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0 && errno == ENOENT) {
    if (!may_make) {
      return absl::FailedPreconditionError(absl::StrCat(
          "auth.pepper_file: ", path,
          " is not there, and the data has keys that are good for nothing "
          "without it. Put back the copy of it; or, to go on without these "
          "keys, put 32 random bytes there (chmod 600) and make new keys"));
    }
    COURANT_RETURN_IF_ERROR(Make(path));
    file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  }
  if (file < 0) return Failed(path, "open it");
  const absl::Cleanup closer = [file] { close(file); };
  return Read(path, file);
}

}  // namespace courant

#ifndef COURANT_SERVICES_CLI_SECRET_FILE_H_
#define COURANT_SERVICES_CLI_SECRET_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace courant {

// A file for a secret that does not exist yet: the place is taken first, so
// that a secret that is told once is not lost because it cannot be written. No
// error says anything of the secret. Not thread-safe.
class SecretFile {
 public:
  // Makes `path`, empty, for its owner alone (mode 0600).
  //   ALREADY_EXISTS    there is something by this name
  //   PERMISSION_DENIED, NOT_FOUND, UNKNOWN  it cannot be made
  static absl::StatusOr<SecretFile> Reserve(const std::string& path);

  // Removes the file if nothing was written to it.
  ~SecretFile();

  SecretFile(SecretFile&& other) noexcept;
  SecretFile& operator=(SecretFile&&) = delete;
  SecretFile(const SecretFile&) = delete;
  SecretFile& operator=(const SecretFile&) = delete;

  // Writes `secret` and a line break, and makes them durable. Once.
  absl::Status Write(const std::string& secret);

 private:
  SecretFile(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}

  std::string path_;
  int fd_;                // -1 once this is nobody's.
  bool written_ = false;  // Whatever is in the file stays.
};

// The first line of `path`. An error of the file; FAILED_PRECONDITION when
// others can read it.
absl::StatusOr<std::string> ReadSecretFile(const std::string& path);

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_SECRET_FILE_H_

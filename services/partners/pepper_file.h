#ifndef COURANT_SERVICES_PARTNERS_PEPPER_FILE_H_
#define COURANT_SERVICES_PARTNERS_PEPPER_FILE_H_

#include <string>

#include "absl/status/status.h"
#include "storage/base/mutex.h"

namespace courant {

// The pepper (key_hasher.h) and the file that it is kept in. Who has no partner
// needs neither: without a file there is a new pepper in memory alone, under
// which no key fits, and it is written when the first key is made. Whatever is
// wrong with the file never throws: that a pepper is lost must not take the
// house down. Thread-safe.
class PepperFile {
 public:
  // Reads the file `path`, if it is there, and changes nothing. Blocks on the
  // disk.
  explicit PepperFile(std::string path);
  // Overwrites the pepper.
  ~PepperFile();

  PepperFile(const PepperFile&) = delete;
  PepperFile& operator=(const PepperFile&) = delete;

  // KeyHasher::kPepperBytes random bytes.
  const std::string& pepper() const { return pepper_; }

  // OK when the pepper is that of the file. Keys from before are good for
  // nothing otherwise, and this says why:
  //   NOT_FOUND         there is no file
  //   INVALID_ARGUMENT  it cannot be read, has another size, or others than its
  //                     owner may read it
  absl::Status fault() const ABSL_LOCKS_EXCLUDED(mu_);

  // Makes sure that the pepper is in the file, for the owner alone, and will be
  // there after a power cut. Call before a key is made that needs it, and only
  // while no key needs another. Takes nobody's place. Blocks on the disk.
  //   INVALID_ARGUMENT  the file cannot be made, or what is there is no good or
  //                     came later; says what to do
  absl::Status Keep() ABSL_LOCKS_EXCLUDED(mu_);

 private:
  // Beside the data folder unless the operator says otherwise, and never in it:
  // who copies the folder has no pepper. Empty: there is no such place.
  const std::string path_;
  // Constant after construction.
  std::string pepper_;

  mutable Mutex mu_;
  // See fault().
  absl::Status fault_ ABSL_GUARDED_BY(mu_);
};

}  // namespace courant

#endif  // COURANT_SERVICES_PARTNERS_PEPPER_FILE_H_

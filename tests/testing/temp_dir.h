#ifndef COURANT_TESTS_TESTING_TEMP_DIR_H_
#define COURANT_TESTS_TESTING_TEMP_DIR_H_

#include <string>

#include "absl/strings/string_view.h"

namespace courant {

// An empty directory of its own for one test, under TEST_TMPDIR or /tmp. It
// is removed with everything in it when the object goes, unless the current
// test has failed by then: then it stays, and stderr says where.
//
// Make it the first member of a fixture, so that it goes last. A machine on
// which it cannot be made ends the program.
class TempDir {
 public:
  TempDir();
  ~TempDir();

  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  // Absolute, without a slash at the end.
  const std::string& path() const { return path_; }

  // Where a file called `name` would be; does not create it.
  std::string Join(absl::string_view name) const;

 private:
  std::string path_;
};

}  // namespace courant

#endif  // COURANT_TESTS_TESTING_TEMP_DIR_H_

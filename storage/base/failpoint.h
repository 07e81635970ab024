#ifndef COURANT_STORAGE_BASE_FAILPOINT_H_
#define COURANT_STORAGE_BASE_FAILPOINT_H_

// A place where a test can have the server make a mistake, to see that the
// mistake is noticed: `if (COURANT_FAILPOINT("stream.skip_change")) ...`.
// False, and no trace of the name in the program, unless the target was listed
// with courant_failpoints() and the build has the option COURANT_FAILPOINTS,
// which a release has not.
//
// Which of them fire is said by the environment when the program starts:
//
//   COURANT_FAILPOINTS=stream.skip_change=7,storage.exit=40
//
// Each fires every so many times that it is reached: 7 at the 7th, the 14th and
// so on. Thread-safe.
#ifdef COURANT_FAILPOINTS
#include "absl/strings/string_view.h"

namespace courant {

// Counts that `name` was reached, and says whether it fires. What is malformed
// in the environment ends the program: a test that plants nothing must not
// pass.
bool FailpointFires(absl::string_view name);

}  // namespace courant

#define COURANT_FAILPOINT(name) ::courant::FailpointFires(name)
#else
#define COURANT_FAILPOINT(name) false
#endif

#endif  // COURANT_STORAGE_BASE_FAILPOINT_H_

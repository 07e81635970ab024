#ifndef COURANT_SERVICES_CLI_NEXT_STEPS_H_
#define COURANT_SERVICES_CLI_NEXT_STEPS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace courant {

// Adds to `error`, the refusal of a command on `article` ("articles/a" or
// "a"), what can be done instead, as commands to be pasted:
//
//   courant: articles/a is WITHHELD [ILLEGAL_TRANSITION]
//     what can be done with it now:
//       courant article release a
//       courant article withdraw a --reason TEXT
//
// Knows the refusals of a life cycle: a command that the state does not allow,
// a kill without a second person, words that are not there, an id that another
// article has. Leaves all others, and OK, as they are. Thread-safe.
absl::Status WithNextSteps(absl::Status error, absl::string_view article);

// The same for a command on `translation` ("articles/a/translations/en"):
// work that somebody else has or had, a source that was stopped, corrected or
// is under embargo, segments without a text, a reviewer who translated.
// Thread-safe.
absl::Status WithTranslationSteps(absl::Status error,
                                  absl::string_view translation);

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_NEXT_STEPS_H_

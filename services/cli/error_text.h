#ifndef COURANT_SERVICES_CLI_ERROR_TEXT_H_
#define COURANT_SERVICES_CLI_ERROR_TEXT_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

// What a user reads when a command fails. Thread-safe.
namespace courant {

// What the program returns to the shell.
enum ExitCode {
  kExitOk = 0,
  // The server refused, or something failed.
  kExitFailed = 1,
  // The command line cannot be understood; nothing was tried.
  kExitUsage = 2,
};

// An error in how the command was called. `message` is a sentence without a
// full stop that names the option or argument.
absl::Status UsageError(absl::string_view message);

// Adds a line, below those added before, that says what the user can do about
// `error`. OK stays OK.
absl::Status WithHint(absl::Status error, absl::string_view hint);

// Adds to a usage error where the help is: `words` name the command, empty for
// the tool itself. Leaves other errors and OK as they are.
absl::Status WithHelpHint(absl::Status error, absl::string_view words);

// The exit code that belongs to `status`.
ExitCode ExitCodeOf(const absl::Status& status);

// `error` for people, with a line break at the end. `where`, unless it is
// empty, stands before the message, e.g. "wire.csv:12":
//
//   courant: 2 fields are wrong [FIELD_INVALID]
//     article.language: "x-" is not a BCP 47 tag such as "en" or "ko-KR"
//     article.urgency: must be 0 to 9
//
// The first line is the message and, in brackets, the reason if the error has
// one; then the wrong fields, whatever else the server says that the message
// does not, the id of the trace by which its logs know the call, unless `where`
// says that there are many, and the hints.
std::string ErrorText(const absl::Status& error, absl::string_view where = "");

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_ERROR_TEXT_H_

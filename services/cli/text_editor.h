#ifndef COURANT_SERVICES_CLI_TEXT_EDITOR_H_
#define COURANT_SERVICES_CLI_TEXT_EDITOR_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/cli/stop_source.h"

// A person, their editor and a file between them.
namespace courant {

// Makes a file with `text` that nobody else can read and that survives a
// restart of the machine: in `folder`, or where it is empty in /var/tmp, named
// `name` and something that makes it unique, ".txt". Returns its path.
absl::StatusOr<std::string> MakeEditFile(const std::string& folder,
                                         absl::string_view name,
                                         absl::string_view text);

// Runs `editor`, a command of the shell such as "emacs -nw", on the file
// `path`, in the terminal of this process, and waits for its end. Ctrl-C is the
// editor's meanwhile: it does not reach `stop`.
//
// FAILED_PRECONDITION, which says how, when it ends with another code than 0 or
// by a signal, or cannot be started.
absl::Status RunEditor(const std::string& editor, const std::string& path,
                       StopSource& stop);

// The bytes of the file at `path`; at most `limit`, and one more if there are
// more. NOT_FOUND when it cannot be read.
absl::StatusOr<std::string> ReadEditFile(const std::string& path, size_t limit);

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_TEXT_EDITOR_H_

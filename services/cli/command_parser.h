#ifndef COURANT_SERVICES_CLI_COMMAND_PARSER_H_
#define COURANT_SERVICES_CLI_COMMAND_PARSER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/cli/command.h"

namespace courant {

// What a command line asks for.
struct ParsedLine {
  // The command to run. Null: only `help` is to be printed.
  const Command* command = nullptr;
  Arguments arguments;
  // Ends with a line break.
  std::string help;
};

// Reads the command line `words`, without the name of the program, against
// `commands`, which must outlive the result. `-h` and `--help` ask for help
// wherever they stand as an option, and so does a line that stops before it
// names a command. Thread-safe.
//
// Errors are usage errors (error_text.h): an unknown command or option, a
// missing or repeated value, a value that is not one of the choices, text that
// is not UTF-8.
absl::StatusOr<ParsedLine> ParseCommandLine(
    const std::vector<std::string>& words,
    const std::vector<Command>& commands);

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_COMMAND_PARSER_H_

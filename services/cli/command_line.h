#ifndef COURANT_SERVICES_CLI_COMMAND_LINE_H_
#define COURANT_SERVICES_CLI_COMMAND_LINE_H_

#include <string>
#include <vector>

#include "services/cli/console.h"
#include "services/cli/error_text.h"

namespace courant {

// What holds when the command line does not say otherwise.
struct CommandDefaults {
  // Of the server.
  std::string address = "127.0.0.1:7400";
  // Who is acting.
  std::string actor = "user/unknown";
  // The `traceparent` of what the command is a part of. Empty, or not right: it
  // begins a trace.
  std::string traceparent = "";
  // The command that edits a text, for a shell.
  std::string editor = "vi";
  // Where texts are put for it; empty: where such files outlive a restart.
  std::string edit_folder = "";
};

// Runs the command line `words`, without the name of the program, and returns
// what the program should return. Prints everything, errors included. Blocks
// until the command is done.
//
// All of the tool but the process around it is here, so a test calls this and
// reads the streams of `console`.
ExitCode RunCommandLine(const std::vector<std::string>& words,
                        const CommandDefaults& defaults, Console& console);

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_COMMAND_LINE_H_

#ifndef COURANT_SERVICES_CLI_CHANGE_COMMANDS_H_
#define COURANT_SERVICES_CLI_CHANGE_COMMANDS_H_

#include <vector>

#include "services/cli/command.h"

namespace courant {

// The commands that read the log of changes:
// * change list: all that there are, oldest first, from the earliest one or
//   from --from.
// * change tail: from now on, or from --from, until Ctrl-C, which is a good
//   end, or --count changes. Goes on by itself after the server was away, and
//   says so on stderr once; fails when a change is missing or repeated.
// * change get: one.
//
// Each prints a line a change: text as in change_text.h, or the Change as JSON.
std::vector<Command> ChangeCommands();

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_CHANGE_COMMANDS_H_

#ifndef COURANT_SERVICES_CLI_COMMAND_TABLE_H_
#define COURANT_SERVICES_CLI_COMMAND_TABLE_H_

#include <vector>

#include "services/cli/command.h"

namespace courant {

// Every command that the tool has, those of one resource together, in the
// order of the help. Parsing, help and completion all come from this list, so
// a new command is a new entry in one of the functions that it is made of,
// such as ChangeCommands(). Thread-safe.
std::vector<Command> AllCommands();

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_COMMAND_TABLE_H_

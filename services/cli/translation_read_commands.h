#ifndef COURANT_SERVICES_CLI_TRANSLATION_READ_COMMANDS_H_
#define COURANT_SERVICES_CLI_TRANSLATION_READ_COMMANDS_H_

#include <vector>

#include "services/cli/command.h"

namespace courant {

// courant translation get, list, diff and lookup: what there is, and how its
// source has changed. Thread-safe.
std::vector<Command> TranslationReadCommands();

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_TRANSLATION_READ_COMMANDS_H_

#ifndef COURANT_SERVICES_CLI_TRANSLATION_STATUS_COMMAND_H_
#define COURANT_SERVICES_CLI_TRANSLATION_STATUS_COMMAND_H_

#include <vector>

#include "services/cli/command.h"

namespace courant {

// courant translation status: stories and languages, and how each of these
// stands. Thread-safe.
std::vector<Command> TranslationStatusCommands();

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_TRANSLATION_STATUS_COMMAND_H_

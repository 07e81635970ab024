#ifndef COURANT_SERVICES_CLI_TRANSLATION_SOURCE_COMMANDS_H_
#define COURANT_SERVICES_CLI_TRANSLATION_SOURCE_COMMANDS_H_

#include <vector>

#include "services/cli/command.h"

namespace courant {

// courant translation publish, rebase, confirm and detach: what becomes of a
// translation for readers, and between it and its source. Thread-safe.
std::vector<Command> TranslationSourceCommands();

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_TRANSLATION_SOURCE_COMMANDS_H_

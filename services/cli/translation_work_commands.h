#ifndef COURANT_SERVICES_CLI_TRANSLATION_WORK_COMMANDS_H_
#define COURANT_SERVICES_CLI_TRANSLATION_WORK_COMMANDS_H_

#include <vector>

#include "services/cli/command.h"

namespace courant {

// courant translation request, claim, renew, submit, release, revoke and
// cancel: the work on a translation, from the desk that asks for it to the
// translator who is done. Thread-safe.
std::vector<Command> TranslationWorkCommands();

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_TRANSLATION_WORK_COMMANDS_H_

#ifndef COURANT_SERVICES_CLI_VERIFY_COMMAND_H_
#define COURANT_SERVICES_CLI_VERIFY_COMMAND_H_

#include "services/cli/command.h"

namespace courant {

// The check of the whole log in a data folder, for which no server runs.
Command VerifyCommand();

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_VERIFY_COMMAND_H_

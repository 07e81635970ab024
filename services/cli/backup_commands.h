#ifndef COURANT_SERVICES_CLI_BACKUP_COMMANDS_H_
#define COURANT_SERVICES_CLI_BACKUP_COMMANDS_H_

#include <vector>

#include "services/cli/command.h"

namespace courant {

// Backups: create, list, verify, restore and prune. What takes its time is done
// by the server, and looked at until it has ended; a data folder is made by
// courantd on this host, for which no server runs.
std::vector<Command> BackupCommands();

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_BACKUP_COMMANDS_H_

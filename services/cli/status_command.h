#ifndef COURANT_SERVICES_CLI_STATUS_COMMAND_H_
#define COURANT_SERVICES_CLI_STATUS_COMMAND_H_

#include "services/cli/command.h"

namespace courant {

// status: where the server is and where its log stands: id and epoch, oldest
// and newest change, streams that are open. One fact a line, or the
// ChangeLogStatus as JSON, which does not hold the address. It is also the
// quickest way to find out whether a server answers at all.
Command StatusCommand();

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_STATUS_COMMAND_H_

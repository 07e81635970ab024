#ifndef COURANT_SERVICES_CLI_HEALTH_COMMAND_H_
#define COURANT_SERVICES_CLI_HEALTH_COMMAND_H_

#include "services/cli/command.h"

namespace courant {

// health: whether the server takes work, by gRPC's own health service, asked
// once. Prints one line, or {"status":"SERVING"}, and ends with 0; with 1 when
// it takes none or does not answer within the deadline of a call. For what
// restarts and balances: it does not read the log, which `status` does.
Command HealthCommand();

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_HEALTH_COMMAND_H_

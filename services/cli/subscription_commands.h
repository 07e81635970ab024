#ifndef COURANT_SERVICES_CLI_SUBSCRIPTION_COMMANDS_H_
#define COURANT_SERVICES_CLI_SUBSCRIPTION_COMMANDS_H_

#include <vector>

#include "services/cli/command.h"

namespace courant {

// The commands that make, show and change durable subscriptions: `courant
// subscription create|get|list|update|delete`.
std::vector<Command> SubscriptionCommands();

// Those that move a cursor and put changes aside: `courant subscription
// commit|seek|park|parked|replay`.
std::vector<Command> SubscriptionCursorCommands();

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_SUBSCRIPTION_COMMANDS_H_

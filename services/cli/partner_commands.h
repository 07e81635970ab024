#ifndef COURANT_SERVICES_CLI_PARTNER_COMMANDS_H_
#define COURANT_SERVICES_CLI_PARTNER_COMMANDS_H_

#include <vector>

#include "services/cli/command.h"

namespace courant {

// The commands that make and change partners and their rights: `courant partner
// create|contract|grant|product|suspend|resume`.
std::vector<Command> PartnerWriteCommands();

// Those that show them, and say who may have what: `courant partner
// list|products|show|explain`.
std::vector<Command> PartnerReadCommands();

// That on the keys by which partners show who they are: `courant partner key
// create|list|revoke`.
std::vector<Command> PartnerKeyCommands();

// Those that say who got what, and what was said to it: `courant partner
// exposure|deliveries|notices`.
std::vector<Command> PartnerLedgerCommands();

// Those that let a partner try the wire out: `courant partner onboard`, and
// `drill`.
std::vector<Command> PartnerOnboardCommands();
std::vector<Command> PartnerDrillCommands();

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_PARTNER_COMMANDS_H_

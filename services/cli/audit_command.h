#ifndef COURANT_SERVICES_CLI_AUDIT_COMMAND_H_
#define COURANT_SERVICES_CLI_AUDIT_COMMAND_H_

#include "services/cli/command.h"

namespace courant {

// audit verify: follows the chain through the files of an audit log, in the
// order given, and says that nothing in it was changed, from when to when it
// goes, and the hash of its end, to be kept elsewhere; or names the file and
// the line of the first place where it was. Calls no server. "-" is the
// standard input.
Command AuditVerifyCommand();

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_AUDIT_COMMAND_H_

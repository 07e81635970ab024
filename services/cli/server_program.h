#ifndef COURANT_SERVICES_CLI_SERVER_PROGRAM_H_
#define COURANT_SERVICES_CLI_SERVER_PROGRAM_H_

#include <string>
#include <vector>

#include "absl/status/status.h"

namespace courant {

// Replaces this process by `courantd` with `flags`, for what is done to a data
// folder that no server uses: its streams and its exit code are then those of
// this one. It is the courantd beside this program, so that both are of one
// version; where there is none, that on PATH. Returns only when it could not be
// started.
absl::Status BecomeServerProgram(std::vector<std::string> flags);

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_SERVER_PROGRAM_H_

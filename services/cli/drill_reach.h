#ifndef COURANT_SERVICES_CLI_DRILL_REACH_H_
#define COURANT_SERVICES_CLI_DRILL_REACH_H_

#include "absl/status/status.h"
#include "services/cli/connection.h"
#include "services/cli/sandbox.h"

namespace courant {

// Makes sure that the articles of a drill reach nobody but the partner of
// `sandbox`: asks the server which products would have them, by a draft that
// stays in the house, `articles/sandbox-{partner}`, and is made if it is not
// there. Products that are suspended give nobody anything and do not count; of
// the others it does not matter who is granted them.
//   FAILED_PRECONDITION  a product would have them; the hint says how to leave
//                        them out of it
absl::Status CheckDrillReach(const Sandbox& sandbox, Connection& house);

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_DRILL_REACH_H_

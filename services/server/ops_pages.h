#ifndef COURANT_SERVICES_SERVER_OPS_PAGES_H_
#define COURANT_SERVICES_SERVER_OPS_PAGES_H_

#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "courant/config/v1/server_config.pb.h"
#include "prometheus/collectable.h"
#include "services/console/console_state.h"
#include "services/edge/inherited_sockets.h"
#include "services/http/ops_server.h"
#include "services/server/node_health.h"

namespace courant {

// What the ops listener has, by path: the console, /metrics, /healthz (alive:
// the program answers) and /readyz (200 while it takes calls, 503 before and
// after). Nothing is owned; all must outlive the pages.
std::map<std::string, OpsHandler> OpsPages(const ConsoleState& console,
                                           const prometheus::Collectable& all,
                                           const NodeHealth& health);

// Serves them as `listeners.ops` and `ops` of `config` say, on the socket `ops`
// of `sockets` where there is one. `sockets` may be null. Errors as
// OpsServer::Create.
absl::StatusOr<std::unique_ptr<OpsServer>> StartOps(
    const config::v1::ServerConfig& config, InheritedSockets* sockets,
    std::map<std::string, OpsHandler> pages);

}  // namespace courant

#endif  // COURANT_SERVICES_SERVER_OPS_PAGES_H_

#ifndef COURANT_SERVICES_SERVER_OPS_PAGES_H_
#define COURANT_SERVICES_SERVER_OPS_PAGES_H_

#include <functional>
#include <map>
#include <string>

#include "prometheus/collectable.h"
#include "services/console/console_state.h"
#include "services/http/ops_server.h"

namespace courant {

// What the ops listener shows, by its path: the console, /metrics, /healthz,
// which says that the program answers and depends on nothing else, and /readyz,
// which says 503 while `is_ready` says no. Nothing is owned; all must outlive
// the pages, which are thread-safe.
std::map<std::string, OpsHandler> OpsPages(const ConsoleState& console,
                                           const prometheus::Collectable& all,
                                           std::function<bool()> is_ready);

}  // namespace courant

#endif  // COURANT_SERVICES_SERVER_OPS_PAGES_H_

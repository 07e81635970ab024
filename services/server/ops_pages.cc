#include "services/server/ops_pages.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "services/config/host_names.h"
#include "services/console/console_pages.h"
#include "services/http/metrics_page.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

OpsResponse Word(bool good, absl::string_view text) {
  return {.status = good ? 200 : 503, .body = absl::StrCat(text, "\n")};
}

}  // namespace

std::map<std::string, OpsHandler> OpsPages(const ConsoleState& console,
                                           const prometheus::Collectable& all,
                                           const NodeHealth& health) {
  std::map<std::string, OpsHandler> pages = ConsolePages(console);
  pages["/metrics"] = [&all](const OpsRequest&) {
    return RenderMetricsPage(all);
  };
  pages["/healthz"] = [](const OpsRequest&) { return Word(true, "ok"); };
  pages["/readyz"] = [&health](const OpsRequest&) {
    return health.is_ready() ? Word(true, "ready") : Word(false, "not ready");
  };
  return pages;
}

absl::StatusOr<std::unique_ptr<OpsServer>> StartOps(
    const config::v1::ServerConfig& config, InheritedSockets* sockets,
    std::map<std::string, OpsHandler> pages) {
  OpsServerOptions options;
  COURANT_ASSIGN_OR_RETURN(options.hosts, ParseHostNames(config.ops().hosts()));
  std::optional<ListeningSocket> socket;
  if (sockets != nullptr) socket = sockets->Take("ops");
  if (socket) options.socket = socket->fd.Release();
  return OpsServer::Create(config.listeners().ops().address(), std::move(pages),
                           options);
}

}  // namespace courant

#include "services/server/ops_pages.h"

#include <utility>

#include "services/console/console_pages.h"
#include "services/http/metrics_page.h"

namespace courant {

std::map<std::string, OpsHandler> OpsPages(const ConsoleState& console,
                                           const prometheus::Collectable& all,
                                           std::function<bool()> is_ready) {
  std::map<std::string, OpsHandler> pages = ConsolePages(console);
  pages["/metrics"] = [&all](const OpsRequest&) {
    return RenderMetricsPage(all);
  };
  pages["/healthz"] = [](const OpsRequest&) {
    return OpsResponse{.status = 200, .body = "ok\n"};
  };
  pages["/readyz"] = [is_ready = std::move(is_ready)](const OpsRequest&) {
    return is_ready() ? OpsResponse{.status = 200, .body = "ready\n"}
                      : OpsResponse{.status = 503, .body = "not ready\n"};
  };
  return pages;
}

}  // namespace courant

#include "services/cli/health_command.h"

#include "services/cli/connection.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

absl::Status Health(Context& context) {
  COURANT_RETURN_IF_ERROR(context.connection.CheckHealth());
  context.console.out << (context.output == OutputFormat::kJson
                              ? R"({"status":"SERVING"})"
                              : "serving")
                      << '\n';
  return absl::OkStatus();
}

}  // namespace

Command HealthCommand() {
  return {"",
          "health",
          "Ask whether the server takes work, for what restarts and balances",
          "courant health --address 127.0.0.1:7400",
          {},
          {},
          false,
          Health};
}

}  // namespace courant

#include "services/server/config_reload.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "services/config/config_changes.h"
#include "services/server/service_notify.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

// "stream.stall_timeout log.level".
std::string NamesOf(const std::vector<ConfigChange>& changes) {
  return absl::StrJoin(changes, " ",
                       [](std::string* out, const ConfigChange& change) {
                         absl::StrAppend(out, change.key->name);
                       });
}

// "log.level: info -> debug, stream.stall_timeout: 30s -> 1m".
std::string Describe(const std::vector<ConfigChange>& changes) {
  return absl::StrJoin(changes, ", ",
                       [](std::string* out, const ConfigChange& change) {
                         absl::StrAppend(out, change.key->name, ": ",
                                         change.before, " -> ", change.after);
                       });
}

}  // namespace

ConfigReload::ConfigReload(ConfigInputs inputs, LoadedConfig running,
                           TakeOver take_over, JsonLog& log,
                           ConfigMetrics& metrics, const Clock& clock)
    : inputs_(std::move(inputs)),
      running_(std::move(running)),
      take_over_(std::move(take_over)),
      log_(log),
      metrics_(metrics),
      clock_(clock) {}

bool ConfigReload::Run() {
  NotifyReloading();
  const absl::Status outcome = TryOnce();
  if (outcome.ok()) {
    NotifyServiceManager("READY=1\nSTATUS=serving");
    return true;
  }
  for (const absl::string_view fault :
       absl::StrSplit(outcome.message(), '\n')) {
    log_.Write(LogLevel::kError, "config_refused",
               {{"why", std::string(fault)},
                {"do",
                 "nothing was taken over and the server goes on as before; "
                 "put it right and send SIGHUP again"}});
  }
  metrics_.TellRefused();
  NotifyServiceManager(
      "READY=1\nSTATUS=serving; the configuration that was read last is "
      "refused, see the log");
  return false;
}

absl::Status ConfigReload::TryOnce() {
  COURANT_ASSIGN_OR_RETURN(LoadedConfig next, LoadConfig(inputs_));
  COURANT_RETURN_IF_ERROR(CheckReloadable(running_, next));
  const std::vector<ConfigChange> changes =
      FindChanges(running_.config, next.config);
  COURANT_RETURN_IF_ERROR(take_over_(next.config, NamesOf(changes)));
  const LogLevel level = LogLevelOf(next.config.log().level());
  log_.SetLevel(std::min(level, log_.level()));
  log_.Write(LogLevel::kInfo, "config_reloaded",
             {{"changed", Describe(changes)}});
  log_.SetLevel(level);
  metrics_.TellTaken(next.config, clock_.Now());
  running_ = std::move(next);
  return absl::OkStatus();
}

}  // namespace courant

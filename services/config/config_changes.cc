#include "services/config/config_changes.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/config/config_value.h"
#include "services/config/setting.h"

namespace courant {
namespace {

std::string ExplainRestart(const ConfigChange& change,
                           const std::string& ran_from,
                           const std::string& found_at) {
  // Nobody wrote the default anywhere: what was taken out has a place.
  const std::string fault =
      found_at == kDefaultPlace
          ? absl::StrCat(ran_from, ": ", change.key->name, ": is set no more")
          : absl::StrCat(found_at, ": ", change.key->name, ": has changed");
  return absl::StrCat(fault, ", and needs a restart; the server runs with ",
                      change.before);
}

}  // namespace

std::vector<ConfigChange> FindChanges(const config::v1::ServerConfig& before,
                                      const config::v1::ServerConfig& after) {
  std::vector<ConfigChange> changes;
  for (const ConfigKey& key : ConfigKeys()) {
    std::string was = FormatValue(key, before);
    std::string is = FormatValue(key, after);
    if (was != is) changes.push_back({&key, std::move(was), std::move(is)});
  }
  return changes;
}

absl::Status CheckReloadable(const LoadedConfig& running,
                             const LoadedConfig& next) {
  std::vector<std::string> faults;
  for (const ConfigChange& change : FindChanges(running.config, next.config)) {
    if (change.key->takes_effect == TakesEffect::kOnReload) continue;
    const std::string name(change.key->name);
    faults.push_back(ExplainRestart(change, running.origins.at(name),
                                    next.origins.at(name)));
  }
  if (faults.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrJoin(faults, "\n"));
}

}  // namespace courant

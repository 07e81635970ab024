#ifndef COURANT_SERVICES_CONFIG_CONFIG_CHANGES_H_
#define COURANT_SERVICES_CONFIG_CONFIG_CHANGES_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "courant/config/v1/server_config.pb.h"
#include "services/config/config_keys.h"
#include "services/config/server_config.h"

namespace courant {

// What becomes of a server that runs when its configuration is read again.
// Pure functions; thread-safe.

// A key that has another value than before.
struct ConfigChange {
  const ConfigKey* key;  // Of ConfigKeys().
  std::string before;    // As FormatValue() writes it.
  std::string after;
};

// In the order of the schema; none if both mean the same.
std::vector<ConfigChange> FindChanges(const config::v1::ServerConfig& before,
                                      const config::v1::ServerConfig& after);

// Whether a server that runs with `running` can go on with `next`.
//   INVALID_ARGUMENT  a key has changed that takes effect at the start. The
//                     message has one line for each: the place in `next`, the
//                     key, and what would be right.
absl::Status CheckReloadable(const LoadedConfig& running,
                             const LoadedConfig& next);

}  // namespace courant

#endif  // COURANT_SERVICES_CONFIG_CONFIG_CHANGES_H_

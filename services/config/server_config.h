#ifndef COURANT_SERVICES_CONFIG_SERVER_CONFIG_H_
#define COURANT_SERVICES_CONFIG_SERVER_CONFIG_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "courant/config/v1/server_config.pb.h"

namespace courant {

// What the process was started with. Where two give the same key, the later
// member wins; what none gives has its default.
struct ConfigInputs {
  // The path of --config. A file that is named must be readable.
  std::optional<std::string> file;

  // All of the environment as "NAME=value"; only COURANTD_* is looked at.
  std::vector<std::string> environment;

  // The arguments of --set in order, "key=value". A later one wins.
  std::vector<std::string> set;

  // The argument of --data-dir, another spelling of --set data_dir=.
  std::optional<std::string> data_dir;
};

// A configuration that passed every check.
struct LoadedConfig {
  // Complete: every field is set, defaults included, every message present.
  // Addresses are in their shortest form and can be bound as they are.
  config::v1::ServerConfig config;

  // For each dotted key where its value came from: "default",
  // "wire.yaml:4:3", "COURANTD_LOG_LEVEL", "--set", "--data-dir".
  std::map<std::string, std::string> origins;
};

// Reads and checks the configuration. Blocks on the disk for the file.
// Touches nothing else: whether a port is free or a certificate can be read
// is found out by those who use it.
//   INVALID_ARGUMENT  anything is wrong. The message has one line for each
//                     problem (20 at most, then "and more"), with file,
//                     line and column or the variable or flag, the dotted
//                     key, and what would be right.
absl::StatusOr<LoadedConfig> LoadConfig(const ConfigInputs& inputs);

// The configuration as a YAML file that loads to the same: every key in the
// order of the schema, its value, and in a comment where that came from and
// whether it is reloadable.
// There is nothing to hide in it: secrets are paths of files.
std::string PrintConfig(const LoadedConfig& loaded);

}  // namespace courant

#endif  // COURANT_SERVICES_CONFIG_SERVER_CONFIG_H_

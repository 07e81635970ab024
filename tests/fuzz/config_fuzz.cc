#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "courant/config/v1/server_config.pb.h"
#include "services/config/config_keys.h"
#include "services/config/config_value.h"
#include "services/config/text_check.h"
#include "services/config/yaml_reader.h"

// Any bytes are settings, or errors of one line each that begin with a place. A
// value that is taken is printed so that it reads back to the same.
namespace courant {
namespace {

void Check(bool promise) {
  if (!promise) std::abort();
}

// What is said about `text` in wire.yaml.
std::vector<Setting> Read(absl::string_view text,
                          std::vector<std::string>& errors) {
  std::vector<Setting> settings = ReadYaml(text, "wire.yaml", errors);
  for (const std::string& error : errors) {
    Check(absl::StartsWith(error, "wire.yaml:"));
    Check(!FindTextFault(error, Lines::kRefused));
  }
  return settings;
}

void TryValue(const ConfigKey& key, const Setting& setting) {
  config::v1::ServerConfig config;
  const absl::Status taken = AssignValue(key, setting, config);
  if (!taken.ok()) {
    Check(absl::IsInvalidArgument(taken));
    Check(!FindTextFault(taken.message(), Lines::kRefused));
    Check(config.ByteSizeLong() == 0);
    return;
  }
  std::vector<std::string> errors;
  const std::vector<Setting> again =
      Read("a: " + FormatValue(key, config), errors);
  Check(errors.empty() && again.size() == 1);
  config::v1::ServerConfig config_again;
  Check(AssignValue(key, again[0], config_again).ok());
  Check(config_again.SerializeAsString() == config.SerializeAsString());
}

}  // namespace
}  // namespace courant

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::vector<std::string> errors;
  const std::vector<courant::Setting> settings = courant::Read(
      absl::string_view(reinterpret_cast<const char*>(data), size), errors);
  for (const courant::Setting& setting : settings) {
    const courant::ConfigKey* key = courant::FindConfigKey(setting.key);
    if (key != nullptr) courant::TryValue(*key, setting);
  }
  return 0;
}

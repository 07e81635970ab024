#ifndef COURANT_TESTS_SERVICES_CONFIG_CONFIG_TEST_SUPPORT_H_
#define COURANT_TESTS_SERVICES_CONFIG_CONFIG_TEST_SUPPORT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/config/server_config.h"

namespace courant {

// A file of its own for one test, removed at the end.
class ConfigFile {
 public:
  explicit ConfigFile(absl::string_view text);
  ~ConfigFile();

  ConfigFile(const ConfigFile&) = delete;
  ConfigFile& operator=(const ConfigFile&) = delete;

  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// LoadConfig() of a file with this text and of nothing else. In the message
// of a failure the path of the file reads "wire.yaml".
absl::StatusOr<LoadedConfig> LoadText(absl::string_view text);

}  // namespace courant

#endif  // COURANT_TESTS_SERVICES_CONFIG_CONFIG_TEST_SUPPORT_H_

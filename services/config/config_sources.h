#ifndef COURANT_SERVICES_CONFIG_CONFIG_SOURCES_H_
#define COURANT_SERVICES_CONFIG_CONFIG_SOURCES_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "services/config/setting.h"

namespace courant {

// The places a configuration comes from, each read into settings without
// asking what the keys mean. Every problem is appended to `errors` as one
// line that begins with its place; what is returned then is the rest.

// The YAML file at `path`, see ReadYaml(). Blocks on the disk. A file that
// cannot be read is an error.
std::vector<Setting> SettingsFromFile(const std::string& path,
                                      std::vector<std::string>& errors);

// The variables of the server in `environment`, an array of "NAME=value".
// Everything without the prefix COURANTD_ belongs to others and is passed
// over: COURANT_ADDRESS and COURANT_DATA are the client's. A variable with the
// prefix that sets no key is an error.
std::vector<Setting> SettingsFromEnvironment(
    absl::Span<const std::string> environment,
    std::vector<std::string>& errors);

// The arguments of --set, each "key=value" with a dotted key. The value is
// everything behind the first equals sign, also nothing.
std::vector<Setting> SettingsFromFlags(absl::Span<const std::string> arguments,
                                       std::vector<std::string>& errors);

}  // namespace courant

#endif  // COURANT_SERVICES_CONFIG_CONFIG_SOURCES_H_

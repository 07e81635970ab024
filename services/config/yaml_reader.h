#ifndef COURANT_SERVICES_CONFIG_YAML_READER_H_
#define COURANT_SERVICES_CONFIG_YAML_READER_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/config/setting.h"

namespace courant {

// Deeper files are refused. The schema needs 4; the rest is for the message
// to be about the stray key and not about the depth.
inline constexpr int kMaxYamlDepth = 16;

// Larger files are refused, in bytes. A file with every key is about 2 KiB.
inline constexpr size_t kMaxYamlBytes = 1 << 20;

// Reads one YAML document, a map of maps of scalars, into settings in the
// order of the text. A section comes before its entries. An empty document
// has no settings.
//
// Of YAML only this is allowed: no anchors, aliases, explicit tags, second
// documents, keys that are not plain words, or keys that appear twice in a
// map. The text must be UTF-8 without control characters other than tab and
// line ends, because the parser takes some of those for the end of the file.
//
// `file` is only the name for messages. Each problem is appended to `errors`
// as one line that begins with file, line and column ("wire.yaml:4:3: ...");
// what is returned then is what could be read. Never throws.
std::vector<Setting> ReadYaml(absl::string_view text, absl::string_view file,
                              std::vector<std::string>& errors);

}  // namespace courant

#endif  // COURANT_SERVICES_CONFIG_YAML_READER_H_

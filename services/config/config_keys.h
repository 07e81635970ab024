#ifndef COURANT_SERVICES_CONFIG_CONFIG_KEYS_H_
#define COURANT_SERVICES_CONFIG_CONFIG_KEYS_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace courant {

// How the value of a key is written, beyond the type of its field.
enum class ValueKind {
  kText,      // string: any text, min to max bytes.
  kAddress,   // string: IP address and port.
  kDomain,    // string: a domain name, or nothing; min to max bytes.
  kSwitch,    // bool: true or false.
  kCount,     // uint32: a whole number, min to max.
  kBytes,     // uint64: bytes, min to max, with or without a binary unit.
  kDuration,  // google.protobuf.Duration: min to max milliseconds.
  kChoice,    // enum: a value's name.
};

// When another value of a key takes effect.
enum class TakesEffect {
  kAtStart,   // of the process.
  kOnReload,  // when the configuration is read again, on SIGHUP, too.
};

// One leaf of ServerConfig.
struct ConfigKey {
  absl::string_view name;  // Dotted path of the field.
  TakesEffect takes_effect;
  ValueKind kind;
  absl::string_view default_text;  // Written as in a configuration file.
  int64_t min = 0;                 // Inclusive, in the unit of `kind`;
  int64_t max = 0;                 // unused by the kinds that name no range.
};

// Every leaf of ServerConfig, in the order of the schema. The only place for
// defaults, ranges and what can be reloaded; the comments in
// server_config.proto repeat them, and a test compares the two.
absl::Span<const ConfigKey> ConfigKeys();

// The key with this name, or null.
const ConfigKey* FindConfigKey(absl::string_view name);

// True for an inner node of the schema: "listeners", "listeners.ops".
bool IsConfigSection(absl::string_view name);

// The name of the environment variable that sets `key`:
// "listeners.ops.address" is "COURANTD_LISTENERS_OPS_ADDRESS".
std::string EnvironmentName(absl::string_view key);

// What begins the name of every environment variable of the server.
inline constexpr absl::string_view kEnvironmentPrefix = "COURANTD_";

// What stands in a section, for messages: "\"stream\" has: ring_bytes, ...".
// "" is the top level.
std::string DescribeSection(absl::string_view section);

// The end of a message about a key, or about a variable, that does not exist:
// "did you mean \"log.level\"?" if something is spelled alike, and otherwise
// what could stand there.
std::string SuggestKey(absl::string_view unknown_key);
std::string SuggestVariable(absl::string_view unknown_variable);

}  // namespace courant

#endif  // COURANT_SERVICES_CONFIG_CONFIG_KEYS_H_

#ifndef COURANT_SERVICES_CONFIG_VALUE_SYNTAX_H_
#define COURANT_SERVICES_CONFIG_VALUE_SYNTAX_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace courant {

// How single values are written in a configuration, whatever key they are
// for. Pure functions; thread-safe.

// Reads a whole number: digits, and a minus sign before them, so that it is
// called out of range and not malformed. What does not fit into 64 bits
// becomes the nearest value that does. Empty if it is anything else.
std::optional<int64_t> ParseCount(absl::string_view text);

// ParseCount() with an optional KiB, MiB, GiB or TiB behind it, with or
// without spaces between: a number of bytes. The powers of 1000 (kB, MB) are
// not known, because half of those who write them mean the others.
std::optional<int64_t> ParseBytes(absl::string_view text);

// A number of bytes, not negative, with the largest unit that leaves a whole
// number: "64MiB", "1000".
std::string FormatBytes(int64_t bytes);

// True for two or more labels of 1 to 63 lower-case letters, digits and inner
// hyphens, with dots between.
bool IsDomainName(absl::string_view text);

// True if YAML takes `text`, without quotes, for a number or a boolean.
bool IsTypedScalar(absl::string_view text);

// `text`, free of control characters, as a YAML scalar in double quotes.
std::string QuoteForYaml(absl::string_view text);

}  // namespace courant

#endif  // COURANT_SERVICES_CONFIG_VALUE_SYNTAX_H_

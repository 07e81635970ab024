#ifndef COURANT_SERVICES_CONFIG_TEXT_CHECK_H_
#define COURANT_SERVICES_CONFIG_TEXT_CHECK_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace courant {

// A byte of a text that cannot stand in a configuration.
struct TextFault {
  size_t offset;     // In bytes, from 0.
  std::string what;  // "the control character U+0004"
};

// Whether tabs and line ends count as control characters.
enum class Lines { kAllowed, kRefused };

// Finds the first byte that is not well-formed UTF-8, or the first control
// character (C0, DEL or C1). Empty if there is none.
std::optional<TextFault> FindTextFault(absl::string_view text, Lines lines);

// `text` in double quotes for a message: cut after 80 bytes, control
// characters and stray bytes escaped.
std::string QuoteForMessage(absl::string_view text);

}  // namespace courant

#endif  // COURANT_SERVICES_CONFIG_TEXT_CHECK_H_

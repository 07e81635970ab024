#ifndef COURANT_SERVICES_EDITORIAL_RULES_TEXT_SCAN_H_
#define COURANT_SERVICES_EDITORIAL_RULES_TEXT_SCAN_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

// Looks at every byte of every text on every write, so it is written for
// speed. Pure and thread-safe.
namespace courant {

// A character that must not be in a text.
struct ForbiddenCharacter {
  // The character.
  uint32_t code_point;
  // Where it stands, in code points from 0.
  size_t position;
};

// Finds the first character of `text`, which is UTF-8, that no text may hold:
// controls (U+0000 to U+001F except tab and line feed, U+007F to U+009F), and
// U+FFFE and U+FFFF, which XML cannot carry either. Marks that steer the
// direction of writing are allowed: Arabic and Hebrew need them.
std::optional<ForbiddenCharacter> FindForbiddenCharacter(
    absl::string_view text);

// True when `text` is UTF-8: no overlong forms, no surrogates, nothing above
// U+10FFFF.
bool IsUtf8(absl::string_view text);

// The number of code points in `text`, which is UTF-8.
size_t CountCodePoints(absl::string_view text);

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_RULES_TEXT_SCAN_H_

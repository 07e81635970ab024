#ifndef COURANT_SERVICES_EDITORIAL_RULES_LANGUAGE_TAG_H_
#define COURANT_SERVICES_EDITORIAL_RULES_LANGUAGE_TAG_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

// BCP 47 language tags, as far as ICU knows them. Pure and thread-safe.
namespace courant {

// Longest tag taken, in bytes; RFC 5646 expects no more than 35.
inline constexpr int kMaxLanguageTagBytes = 64;

// Returns the canonical form of `tag` ("EN-us" gives "en-US", "iw" gives
// "he"), or nothing unless it is well-formed from end to end and ICU knows its
// language, script, region and variants. "und", "mul", "zxx" and the private
// languages "qaa" to "qtz" are known; a tag that is private as a whole
// ("x-house") is not. About 0.02 us for tags such as "en" and "en-US", 3 us for
// others, 10 ms once.
std::optional<std::string> CanonicalLanguageTag(absl::string_view tag);

// Says what is wrong with a tag that has no canonical form and what would be
// right: for "en_US" it suggests "en-US", for "english" "en". Slow.
std::string LanguageTagAdvice(absl::string_view tag);

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_RULES_LANGUAGE_TAG_H_

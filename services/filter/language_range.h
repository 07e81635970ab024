#ifndef COURANT_SERVICES_FILTER_LANGUAGE_RANGE_H_
#define COURANT_SERVICES_FILTER_LANGUAGE_RANGE_H_

#include "absl/strings/string_view.h"

// Language ranges of RFC 4647 section 2.1, without "*": what `language:` in
// filters takes, and the languages of a grant. Pure and thread-safe.
namespace courant::filter {

// Whether `text` has the form of one: parts of 1 to 8 letters and digits with
// hyphens between, the first of which begins with a letter. Whether there is
// such a language is not asked.
bool IsLanguageRange(absl::string_view text);

// Basic filtering of RFC 4647 section 3.3.1: `range` is the tag, or its
// beginning up to a hyphen, in any case: "en" takes "en-GB" and not "eng".
bool LanguageIsIn(absl::string_view tag, absl::string_view range);

}  // namespace courant::filter

#endif  // COURANT_SERVICES_FILTER_LANGUAGE_RANGE_H_

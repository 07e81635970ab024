#ifndef COURANT_SERVICES_IMPORTERS_SECTION_WORDS_H_
#define COURANT_SERVICES_IMPORTERS_SECTION_WORDS_H_

#include "absl/strings/string_view.h"

namespace courant::importers {

// How publishers call the parts of their sites. Pure, thread-safe functions.

// Whether a line has the shape of a section's name: a few words, in English all
// of them with a capital, nothing that ends a sentence, no quotation marks and
// no figures.
bool LooksLikeSection(absl::string_view line);

// Whether a line of that shape also has the words of one: one that only names
// of sections have ("News Zone", "보도자료"), or nothing but names of fields
// ("Politics", "Arts and Culture", "국방").
bool IsKnownSection(absl::string_view line);

}  // namespace courant::importers

#endif  // COURANT_SERVICES_IMPORTERS_SECTION_WORDS_H_

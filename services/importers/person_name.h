#ifndef COURANT_SERVICES_IMPORTERS_PERSON_NAME_H_
#define COURANT_SERVICES_IMPORTERS_PERSON_NAME_H_

#include "absl/strings/string_view.h"
#include "courant/v1/article.pb.h"

namespace courant::importers {

// Names of people, taken apart only as far as the writing shows the parts.
// Pure, thread-safe functions.

// Whether `text` is two words with a comma between: "Su-Yeol, Maeng".
bool IsNameInTwoParts(absl::string_view text);

// Whether `text` may be a whole Korean name in Hangul: two to four syllables,
// nothing else.
bool IsHangulName(absl::string_view text);

// Somebody of that name. Language, parts and confidence as ContributorsOf()
// documents them; role and affiliation unset.
v1::Contributor PersonNamed(absl::string_view name);

}  // namespace courant::importers

#endif  // COURANT_SERVICES_IMPORTERS_PERSON_NAME_H_

#ifndef COURANT_SERVICES_TRANSLATION_TRANSLATION_NAME_H_
#define COURANT_SERVICES_TRANSLATION_TRANSLATION_NAME_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

// Names of translations. Pure and thread-safe.
namespace courant {

// "{article}/{translation}" of `articles/{article}/translations/{translation}`:
// the key under which storage has it.
//   INVALID_ARGUMENT / FIELD_REQUIRED, FIELD_INVALID  naming `field`
absl::StatusOr<std::string> ParseTranslationName(absl::string_view name,
                                                 absl::string_view field);

// The same for a name that is known to be one.
std::string TranslationIdOf(absl::string_view name);

// And back.
std::string TranslationName(absl::string_view translation_id);

}  // namespace courant

#endif  // COURANT_SERVICES_TRANSLATION_TRANSLATION_NAME_H_

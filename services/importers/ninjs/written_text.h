#ifndef COURANT_SERVICES_IMPORTERS_NINJS_WRITTEN_TEXT_H_
#define COURANT_SERVICES_IMPORTERS_NINJS_WRITTEN_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "services/importers/json/json_value.h"
#include "services/importers/ninjs/fault.h"

// Headlines, descriptions and bodies: a value with a role and a content type.
// Thread-safe, as far as the values are not shared.
namespace courant::importers::ninjs {

// How a value is written.
enum class Writing {
  kPlain,  // text/plain, and no content type at all.
  kHtml,   // Anything with "html" in its content type.
  kXhtml,  // Anything with "xhtml" in it: official examples have "body_xhtml".
  kOther,  // Anything else: nobody here can read it.
};

Writing WritingOf(const JsonValue& entry);

// Its role, in lower case; empty when it has none.
std::string RoleOf(const JsonValue& entry);

// Its words, without marks, and marks value and content type as used. Empty
// after a fault, which names `path`, the path of the entry, and for kOther.
std::string TakeWords(JsonValue& entry, absl::string_view path, Faults& faults);

// Whether two texts have the same words, white space aside.
bool SameWords(absl::string_view one, absl::string_view other);

}  // namespace courant::importers::ninjs

#endif  // COURANT_SERVICES_IMPORTERS_NINJS_WRITTEN_TEXT_H_

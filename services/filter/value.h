#ifndef COURANT_SERVICES_FILTER_VALUE_H_
#define COURANT_SERVICES_FILTER_VALUE_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/filter/field.h"

namespace courant::filter {

// What a field is compared with.
struct Value {
  // The one spelling of the value: language tags and times have several.
  std::string text;
  // For state and kind the number of the enum value, for urgency the number,
  // for publish_time microseconds since 1970 UTC, otherwise 0.
  int64_t number = 0;
};

// Reads `text`, what a filter compares `field` with. Refuses what the field
// can never hold, because a filter that silently matches nothing is worse than
// an error:
//
//   section       1 to 64 of [a-z0-9-]
//   language      a BCP 47 tag or the beginning of one, in any case of letters;
//                 becomes "zh-Hant-TW" (RFC 5646 section 2.1.1). Old tags are
//                 not replaced by newer ones.
//   subject       scheme:code
//   story         stories/{story}
//   state, kind   a name of the enum, e.g. PUBLISHED; not the unspecified one
//   source        anything
//   urgency       1 to 9
//   publish_time  RFC 3339 with at most six digits after the second, or a date
//                 alone, which is its first moment in UTC; years 1 to 9999
//
// An asterisk is refused everywhere: it reads as a wildcard, and there are
// none. An error is INVALID_ARGUMENT with a message that begins in the middle
// of a sentence and says what would be right; the caller says where.
absl::StatusOr<Value> ReadValue(FilterField field, absl::string_view text);

// `text` in quotes for a message, cut after 40 bytes.
std::string Quoted(absl::string_view text);

// The names that `field`, state or kind, can have: "DRAFT, SCHEDULED, ...".
std::string EnumNames(FilterField field);

}  // namespace courant::filter

#endif  // COURANT_SERVICES_FILTER_VALUE_H_

#ifndef COURANT_SERVICES_IMPORTERS_NINJS_FIELDS_H_
#define COURANT_SERVICES_IMPORTERS_NINJS_FIELDS_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "services/importers/json/json_value.h"

// How the mappers read a checked item (check.h): by the names of 3.x, and
// marking what they put to use. What they leave is kept by leftovers.h, so a
// mapper takes a value only when it has a place for all of it. Thread-safe, as
// far as the values are not shared.
namespace courant::importers::ninjs {

// The string of a member, without marking it. Empty when there is none.
absl::string_view PeekString(const JsonValue& object, absl::string_view name);

// The same, and marks it as used.
std::string TakeString(JsonValue& object, absl::string_view name);

// Marks a member as used, whatever it is, when there is one.
void MarkUsed(JsonValue& object, absl::string_view name);

// Marks all that is in a value as used.
void MarkAllUsed(JsonValue& value);

// The elements of a member that is an array; none when there is no such.
absl::Span<JsonValue> ElementsOf(JsonValue& object, absl::string_view name);

// The integer of a member, marked as used, if it is one within [min, max]; 0
// otherwise.
int64_t TakeInteger(JsonValue& object, absl::string_view name, int64_t min,
                    int64_t max);

// Whether a string is an absolute URI: a scheme of two letters or more, a
// colon, no space.
bool IsAbsoluteUri(absl::string_view text);

}  // namespace courant::importers::ninjs

#endif  // COURANT_SERVICES_IMPORTERS_NINJS_FIELDS_H_

#ifndef COURANT_SERVICES_IMPORTERS_NINJS_SHAPE_H_
#define COURANT_SERVICES_IMPORTERS_NINJS_SHAPE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

// What IPTC ninjs 2.0 to 2.2 and 3.0 to 3.1 look like: one table for both,
// written by hand from the two schemas, whose names a test compares with it.
// Immutable data; thread-safe.
namespace courant::importers::ninjs {

// The two generations, which spell the same names differently.
enum class Version {
  k2,  // All lower case: "pubstatus", "embargoed".
  k3,  // Camel case: "pubStatus", "embargoedUntil".
};

// What a value must be.
enum class Kind {
  kString,
  kInteger,  // Within [min, max].
  kNumber,
  kDateTime,  // RFC 3339, with an offset.
  kLanguage,  // A BCP 47 tag.
  kChoice,    // One of `choices`.
  kObject,    // Of `shape`.
  kGeoJson,   // An object that says which kind of GeoJSON it is.
  kAny,       // The schema itself cannot be met: taken as it comes.
};

struct Shape;

// A property of an object.
struct Property {
  // As 3.x spells it; for one of 2.x alone, as that does.
  const char* name;
  Kind kind = Kind::kString;
  // A list of such values.
  bool list = false;
  // Must be there, at least as the schema has it.
  bool required = false;
  // 2.x has a number of any kind there instead of an integer.
  bool number_in_2 = false;
  // A string that may be longer than 64 KiB.
  bool long_text = false;
  // For kObject.
  const Shape* shape = nullptr;
  // For kChoice.
  absl::Span<const char* const> choices = {};
  // For kInteger, both ends allowed.
  int min = -2147483647;
  int max = 2147483647;
  // Which generations have it.
  bool in_2 = true;
  bool in_3 = true;
  // What 2.x calls it, unless that is the name in lower case.
  const char* name_2 = nullptr;
};

// What an object may have.
struct Shape {
  absl::Span<const Property> properties;
  // It has the properties of this one too; may be null.
  const Shape* base = nullptr;
  // Exactly one of these two must be there; both null where there is no such
  // rule.
  const char* one = nullptr;
  const char* other = nullptr;
};

// The shape of an item. Its associations have all of it, and "name" and "rel"
// besides.
const Shape& ItemShape();

// How `version` spells the name of a property. Empty when it has none such.
std::string SpellingOf(const Property& property, Version version);

// The property of `shape` that `version` spells like that, or null.
const Property* FindProperty(const Shape& shape, Version version,
                             absl::string_view key);

}  // namespace courant::importers::ninjs

#endif  // COURANT_SERVICES_IMPORTERS_NINJS_SHAPE_H_

#ifndef COURANT_SERVICES_FILTER_RESTRICTION_H_
#define COURANT_SERVICES_FILTER_RESTRICTION_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "courant/storage/v1/record.pb.h"
#include "services/filter/field.h"
#include "services/filter/value.h"

namespace courant::filter {

// How a field is compared with a value.
enum class Comparison : uint8_t {
  kEqual,           // =   the same; for section and subject: one is the same
  kNotEqual,        // !=  exactly where = does not hold
  kHas,             // :   as =, but a language also matches longer tags
  kLess,            // <
  kLessOrEqual,     // <=
  kGreater,         // >
  kGreaterOrEqual,  // >=
};

// As written in a filter.
absl::string_view SignOf(Comparison comparison);

// The comparisons that `field` offers, for messages: "=, != and :".
absl::string_view SignsOf(FilterField field);

// Whether `field` can be compared so.
bool Offers(FilterField field, Comparison comparison);

// Whether several values in parentheses can follow: = and :, not for times.
bool TakesSeveral(FilterField field, Comparison comparison);

// One comparison: `section="sport"`.
struct Restriction {
  FilterField field = FilterField::kSection;
  Comparison comparison = Comparison::kEqual;
  Value value;

  bool operator==(const Restriction& other) const {
    return field == other.field && comparison == other.comparison &&
           value.text == other.value.text;
  }
};

// The comparison that holds exactly where `restriction` does not. Nothing if
// it cannot be written: `:`, `=` for publish_time, and what orders urgency,
// since what has none is on neither side.
std::optional<Comparison> Opposite(const Restriction& restriction);

// Whether `attributes` fulfil `restriction`. Unset `kind` is TEXT. Does not
// allocate. Thread-safe.
bool Holds(const Restriction& restriction,
           const storage::v1::Attributes& attributes);

}  // namespace courant::filter

#endif  // COURANT_SERVICES_FILTER_RESTRICTION_H_

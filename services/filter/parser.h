#ifndef COURANT_SERVICES_FILTER_PARSER_H_
#define COURANT_SERVICES_FILTER_PARSER_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/filter/expression.h"
#include "services/filter/field.h"

namespace courant::filter {

// Most levels of parentheses, and of AND, OR and NOT within each other.
inline constexpr int kMaxDepth = 16;

// Most comparisons; each value in parentheses after a field is one.
inline constexpr int kMaxTerms = 64;

// Reads `text` by the grammar in README.md. `allowed` says which fields there
// are. White space alone is everything.
//
// Errors: FILTER_INVALID with the `position`, FILTER_TOO_LONG with more than
// kMaxTerms. Thread-safe.
absl::StatusOr<Expression> ParseExpression(absl::string_view text,
                                           FieldSet allowed);

}  // namespace courant::filter

#endif  // COURANT_SERVICES_FILTER_PARSER_H_

#ifndef COURANT_SERVICES_FILTER_EXPRESSION_H_
#define COURANT_SERVICES_FILTER_EXPRESSION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "services/filter/restriction.h"

namespace courant::filter {

// What a filter says, as a tree. Made only by the functions below, so that
// trees that mean the same by the same words are the same:
//
// * AND stands never directly in AND, nor OR in OR, nor NOT in NOT;
// * AND and OR have at least two parts, in written order; the one exception is
//   AND without parts, which is everything;
// * NOT stands only before what has no opposite.
struct Expression {
  enum class Kind : uint8_t { kRestriction, kNot, kAnd, kOr };

  Kind kind = Kind::kAnd;
  Restriction restriction;        // of kRestriction
  std::vector<Expression> parts;  // one of kNot

  bool operator==(const Expression&) const = default;
};

// One comparison. A `:` that means no more than `=` becomes `=`.
Expression Compare(Restriction restriction);

// What holds where `expression` does not.
Expression Negate(Expression expression);

// All (kAnd) or any (kOr) of `parts`, of which there is at least one.
Expression Join(Expression::Kind kind, std::vector<Expression> parts);

// Levels of AND, OR and NOT; 0 for one comparison.
int DepthOf(const Expression& expression);

// The filter in its one spelling, with an operator between any two things and
// parentheses wherever two different ones meet:
//
//   section="sport" AND (language:("en" OR "cy") OR NOT language:"ko")
//
// Neighbours that differ in nothing but the value share a field name. Has at
// most as many levels of parentheses as DepthOf() says. Empty for everything.
std::string CanonicalText(const Expression& expression);

}  // namespace courant::filter

#endif  // COURANT_SERVICES_FILTER_EXPRESSION_H_

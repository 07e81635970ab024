#include "services/filter/expression.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace courant::filter {
namespace {

using Kind = Expression::Kind;

absl::string_view OperatorOf(Kind kind) {
  return kind == Kind::kAnd ? " AND " : " OR ";
}

void AppendValue(absl::string_view value, std::string* out) {
  out->push_back('"');
  for (const char c : value) {
    if (c == '"' || c == '\\') out->push_back('\\');
    out->push_back(c);
  }
  out->push_back('"');
}

// Whether `a` and `b` can share a field name. A reader could take
// `section!=("a" OR "b")` either way, so that is never written.
bool CanShare(const Expression& a, const Expression& b) {
  return a.kind == Kind::kRestriction && b.kind == Kind::kRestriction &&
         a.restriction.field == b.restriction.field &&
         a.restriction.comparison == b.restriction.comparison &&
         TakesSeveral(a.restriction.field, a.restriction.comparison);
}

using Iterator = std::vector<Expression>::const_iterator;

// Appends the comparisons [begin, end), which share a field name; at least
// two.
void AppendShared(Iterator begin, Iterator end, Kind kind, std::string* out) {
  absl::StrAppend(out, NameOf(begin->restriction.field),
                  SignOf(begin->restriction.comparison));
  for (Iterator it = begin; it != end; ++it) {
    absl::StrAppend(out, it == begin ? "(" : OperatorOf(kind));
    AppendValue(it->restriction.value.text, out);
  }
  out->push_back(')');
}

// Where the run of parts that can share a field name with `first` ends.
Iterator EndOfShared(Iterator first, Iterator end) {
  return std::find_if_not(
      first, end, [&](const Expression& e) { return CanShare(*first, e); });
}

void Append(const Expression& expression, std::string* out);

void AppendInParentheses(const Expression& expression, std::string* out) {
  const std::vector<Expression>& parts = expression.parts;
  const bool joined =
      expression.kind == Kind::kAnd || expression.kind == Kind::kOr;
  // One field name with its values has parentheses already.
  const bool needed =
      joined && EndOfShared(parts.begin(), parts.end()) != parts.end();
  if (needed) out->push_back('(');
  Append(expression, out);
  if (needed) out->push_back(')');
}

void AppendParts(const Expression& expression, std::string* out) {
  const std::vector<Expression>& parts = expression.parts;
  for (Iterator it = parts.begin(); it != parts.end();) {
    if (it != parts.begin()) absl::StrAppend(out, OperatorOf(expression.kind));
    const Iterator end = EndOfShared(it, parts.end());
    if (end - it > 1) {
      AppendShared(it, end, expression.kind, out);
      it = end;
    } else {
      AppendInParentheses(*it++, out);
    }
  }
}

void Append(const Expression& expression, std::string* out) {
  switch (expression.kind) {
    case Kind::kRestriction:
      absl::StrAppend(out, NameOf(expression.restriction.field),
                      SignOf(expression.restriction.comparison));
      AppendValue(expression.restriction.value.text, out);
      break;
    case Kind::kNot:
      absl::StrAppend(out, "NOT ");
      AppendInParentheses(expression.parts.front(), out);
      break;
    case Kind::kAnd:
    case Kind::kOr:
      AppendParts(expression, out);
      break;
  }
}

}  // namespace

Expression Compare(Restriction restriction) {
  if (restriction.comparison == Comparison::kHas &&
      restriction.field != FilterField::kLanguage) {
    restriction.comparison = Comparison::kEqual;
  }
  Expression expression;
  expression.kind = Kind::kRestriction;
  expression.restriction = std::move(restriction);
  return expression;
}

Expression Negate(Expression expression) {
  if (expression.kind == Kind::kNot) {
    return Expression(std::move(expression.parts.front()));
  }
  if (expression.kind == Kind::kRestriction) {
    if (const auto opposite = Opposite(expression.restriction)) {
      expression.restriction.comparison = *opposite;
      return expression;
    }
  }
  Expression negation;
  negation.kind = Kind::kNot;
  negation.parts.push_back(std::move(expression));
  return negation;
}

Expression Join(Kind kind, std::vector<Expression> parts) {
  if (parts.size() == 1) return std::move(parts.front());
  Expression joined;
  joined.kind = kind;
  for (Expression& part : parts) {
    if (part.kind != kind) {
      joined.parts.push_back(std::move(part));
      continue;
    }
    std::move(part.parts.begin(), part.parts.end(),
              std::back_inserter(joined.parts));
  }
  return joined;
}

int DepthOf(const Expression& expression) {
  if (expression.kind == Kind::kRestriction) return 0;
  int depth = 0;
  for (const Expression& part : expression.parts) {
    depth = std::max(depth, DepthOf(part));
  }
  return depth + 1;
}

std::string CanonicalText(const Expression& expression) {
  std::string text;
  Append(expression, &text);
  return text;
}

}  // namespace courant::filter

#include "services/filter/parser.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/filter/scanner.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant::filter {
namespace {

// What stands before values in parentheses: `language:(`.
struct Group {
  FilterField field;
  Comparison comparison;
};

// Recursive descent, one function for each rule of the grammar. Within a group
// the same rules hold, but a value takes the place of a comparison: `group` is
// null outside.
class Parser {
 public:
  Parser(absl::string_view text, FieldSet allowed)
      : scanner_(text), allowed_(allowed) {}

  absl::StatusOr<Expression> Filter();

 private:
  using Result = absl::StatusOr<Expression>;

  Result All(const Group* group);
  Result Any(const Group* group);
  Result Term(const Group* group);
  Result Parentheses(const Group* group);
  Result Comparing();
  Result ComparingWith(FilterField field);
  Result ComparingValue(const Group& group);

  // Passes `expression`, which began at `offset`, unless it is too deep.
  Result Bounded(Expression expression, size_t offset) const;

  // Why the word `name`, or nothing, before what comes next is no comparison.
  std::string NoComparison(absl::string_view name) const;
  absl::Status NoField(absl::string_view name, size_t offset) const;
  absl::Status Missing(const Group* group) const;
  absl::Status TooDeep(size_t offset) const;

  Scanner scanner_;
  const FieldSet allowed_;
  int terms_ = 0;
  int parentheses_ = 0;  // open now
};

Parser::Result Parser::Filter() {
  if (scanner_.Peek() == '\0') return Expression();
  COURANT_ASSIGN_OR_RETURN(Expression expression, All(nullptr));
  if (scanner_.Peek() == ')') {
    return scanner_.Invalid(scanner_.offset(), "this \")\" closes nothing");
  }
  return expression;
}

// all = any { [ "AND" ] any }
Parser::Result Parser::All(const Group* group) {
  const size_t start = scanner_.offset();
  std::vector<Expression> parts;
  do {
    COURANT_ASSIGN_OR_RETURN(Expression part, Any(group));
    parts.push_back(std::move(part));
    if (scanner_.TakeOperator("AND")) continue;
    if (scanner_.Peek() == '\0' || scanner_.Peek() == ')') break;
    if (group != nullptr) {
      // ("en" "cy") would mean both, which hardly anybody wants.
      return scanner_.Invalid(scanner_.offset(),
                              "write OR or AND between two values");
    }
  } while (true);
  return Bounded(Join(Expression::Kind::kAnd, std::move(parts)), start);
}

// any = term { "OR" term }
Parser::Result Parser::Any(const Group* group) {
  const size_t start = scanner_.offset();
  std::vector<Expression> parts;
  do {
    COURANT_ASSIGN_OR_RETURN(Expression part, Term(group));
    parts.push_back(std::move(part));
  } while (scanner_.TakeOperator("OR"));
  return Bounded(Join(Expression::Kind::kOr, std::move(parts)), start);
}

// term = [ "NOT" | "-" ] ( "(" all ")" | comparison )
Parser::Result Parser::Term(const Group* group) {
  const size_t start = scanner_.offset();
  const bool negated = scanner_.TakeOperator("NOT") || scanner_.Take('-');
  if (scanner_.Peek() == '\0' || scanner_.Peek() == ')') return Missing(group);
  Result inner = scanner_.Peek() == '(' ? Parentheses(group)
                 : group != nullptr     ? ComparingValue(*group)
                                        : Comparing();
  if (!inner.ok() || !negated) return inner;
  return Bounded(Negate(*std::move(inner)), start);
}

Parser::Result Parser::Parentheses(const Group* group) {
  const size_t start = scanner_.offset();
  if (parentheses_ == kMaxDepth) return TooDeep(start);
  scanner_.Take('(');
  ++parentheses_;
  COURANT_ASSIGN_OR_RETURN(Expression expression, All(group));
  --parentheses_;
  if (!scanner_.Take(')')) {
    return scanner_.Invalid(start, "this \"(\" is never closed");
  }
  return expression;
}

// comparison = field sign ( value | "(" all of values ")" )
Parser::Result Parser::Comparing() {
  const size_t start = scanner_.offset();
  const absl::string_view name = scanner_.TakeName();
  const auto field = FieldCalled(name);
  const char next = scanner_.Peek();
  if (name.empty() || (next != '=' && next != '!' && next != ':' &&
                       next != '<' && next != '>')) {
    return scanner_.Invalid(start, NoComparison(name));
  }
  if (!field || !Offers(allowed_, *field)) return NoField(name, start);
  return ComparingWith(*field);
}

Parser::Result Parser::ComparingWith(FilterField field) {
  const size_t start = scanner_.offset();
  const auto comparison = scanner_.TakeComparison();
  if (!comparison || !Offers(field, *comparison)) {
    return scanner_.Invalid(
        start,
        absl::StrCat(NameOf(field), " can be compared with ", SignsOf(field)));
  }
  const Group group{field, *comparison};
  if (scanner_.Peek() != '(') return ComparingValue(group);
  if (!TakesSeveral(group.field, group.comparison)) {
    return scanner_.Invalid(
        scanner_.offset(),
        absl::StrCat("one value must follow ", SignOf(*comparison),
                     "; for none of several, write NOT field:(... OR ...)"));
  }
  return Parentheses(&group);
}

Parser::Result Parser::ComparingValue(const Group& group) {
  const size_t start = scanner_.offset();
  COURANT_ASSIGN_OR_RETURN(const std::string text, scanner_.TakeValue());
  if (++terms_ > kMaxTerms) {
    return MakeFieldError(
        v1::FILTER_TOO_LONG,
        {{"filter", absl::StrCat("has more than ", kMaxTerms, " comparisons")}},
        {{"limit", absl::StrCat(kMaxTerms)}});
  }
  absl::StatusOr<Value> value = ReadValue(group.field, text);
  if (!value.ok()) return scanner_.Invalid(start, value.status().message());
  return Compare({group.field, group.comparison, *std::move(value)});
}

Parser::Result Parser::Bounded(Expression expression, size_t offset) const {
  if (DepthOf(expression) > kMaxDepth) return TooDeep(offset);
  return expression;
}

absl::Status Parser::TooDeep(size_t offset) const {
  return scanner_.Invalid(offset, absl::StrCat("this is nested more than ",
                                               kMaxDepth, " levels deep"));
}

absl::Status Parser::Missing(const Group* group) const {
  return scanner_.Invalid(
      scanner_.offset(),
      absl::StrCat(group != nullptr
                       ? "a value is missing before "
                       : "a comparison such as section=\"sport\" is missing "
                         "before ",
                   scanner_.Found()));
}

std::string Parser::NoComparison(absl::string_view name) const {
  constexpr absl::string_view kMissing =
      " stands where a comparison such as section=\"sport\" is missing";
  if (IsOperator(name)) return absl::StrCat(name, kMissing);
  const std::string upper = absl::AsciiStrToUpper(name);
  if (IsOperator(upper)) {
    return absl::StrCat("operators have capital letters: ", upper);
  }
  const auto field = FieldCalled(name);
  if (field && Offers(allowed_, *field)) {
    return absl::StrCat(name, " is compared with nothing; add one of ",
                        SignsOf(*field), " and a value");
  }
  const char next = scanner_.Peek();
  if (!name.empty() && next == '(') return "functions are not offered";
  if (name.empty() && next != '"' && next != '\'') {
    return absl::StrCat(scanner_.Found(), kMissing);
  }
  return absl::StrCat(name.empty() ? "a quoted text" : Quoted(name),
                      " compares no field, and full-text search is not "
                      "offered; write section=\"sport\" or another of: ",
                      NamesIn(allowed_));
}

absl::Status Parser::NoField(absl::string_view name, size_t offset) const {
  const std::optional<FilterField> field = FieldCalled(name);
  absl::string_view what = "there is no field ";
  if (field == FilterField::kPublishTime) {
    what = "only lists of articles have the field ";
  } else if (field) {
    what = "a product must not change with corrections, hence not compare ";
  }
  const auto nearest = NearestField(name, allowed_);
  return scanner_.Invalid(
      offset,
      absl::StrCat(what, Quoted(name), nearest ? "; did you mean " : "",
                   nearest.value_or(""),
                   nearest ? "? Fields: " : "; fields: ", NamesIn(allowed_)));
}

}  // namespace

absl::StatusOr<Expression> ParseExpression(absl::string_view text,
                                           FieldSet allowed) {
  COURANT_RETURN_IF_ERROR(CheckCharacters(text));
  return Parser(text, allowed).Filter();
}

}  // namespace courant::filter

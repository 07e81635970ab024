#include "services/filter/filter.h"

#include <xxhash.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "services/filter/expression.h"
#include "services/filter/parser.h"
#include "services/filter/program.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

using filter::Comparison;
using filter::Expression;
using filter::Restriction;

absl::Status TooLong(absl::string_view what, size_t size) {
  return MakeFieldError(
      v1::FILTER_TOO_LONG,
      {{"filter", absl::StrCat(what, size, " bytes; at most ",
                               Filter::kMaxBytes, " are allowed")}},
      {{"limit", absl::StrCat(Filter::kMaxBytes)}});
}

// The parts that all have to hold.
absl::Span<const Expression> RequiredParts(const Expression& expression) {
  if (expression.kind == Expression::Kind::kAnd) return expression.parts;
  return absl::MakeConstSpan(&expression, 1);
}

// The times for which a comparison of publish_time holds.
Filter::TimeRange RangeOf(const Restriction& restriction) {
  Filter::TimeRange range;
  const int64_t time = restriction.value.number;
  switch (restriction.comparison) {
    case Comparison::kEqual:
      return {time, time + 1};
    case Comparison::kLess:
      range.end_us = time;
      break;
    case Comparison::kLessOrEqual:
      range.end_us = time + 1;
      break;
    case Comparison::kGreater:
      range.begin_us = time + 1;
      break;
    case Comparison::kGreaterOrEqual:
      range.begin_us = time;
      break;
    case Comparison::kNotEqual:
    case Comparison::kHas:
      break;  // not offered for times
  }
  return range;
}

}  // namespace

struct Filter::Compiled {
  explicit Compiled(Expression e)
      : expression(std::move(e)),
        program(expression),
        canonical(filter::CanonicalText(expression)),
        fingerprint(XXH3_64bits(canonical.data(), canonical.size())) {}

  const Expression expression;
  const filter::Program program;
  const std::string canonical;
  const uint64_t fingerprint;
};

Filter::Filter() : Filter(std::make_shared<const Compiled>(Expression())) {}

Filter::Filter(std::shared_ptr<const Compiled> compiled)
    : compiled_(std::move(compiled)) {}

absl::StatusOr<Filter> Filter::Parse(absl::string_view text, FieldSet allowed) {
  if (text.size() > kMaxBytes) return TooLong("has ", text.size());
  COURANT_ASSIGN_OR_RETURN(Expression expression,
                           filter::ParseExpression(text, allowed));
  auto compiled = std::make_shared<const Compiled>(std::move(expression));
  // What the server says it understood must be something to say to a server.
  if (compiled->canonical.size() > kMaxBytes) {
    return TooLong("written out in full has ", compiled->canonical.size());
  }
  return Filter(std::move(compiled));
}

bool Filter::Matches(const storage::v1::Attributes& attributes) const {
  if (attributes.resource() >= storage::v1::PARTNER) {
    return matches_everything();
  }
  return compiled_->program.Matches(attributes);
}

const std::string& Filter::canonical() const { return compiled_->canonical; }

uint64_t Filter::fingerprint() const { return compiled_->fingerprint; }

std::vector<Filter::Equality> Filter::RequiredEqualities() const {
  std::vector<Equality> equalities;
  for (const Expression& part : RequiredParts(compiled_->expression)) {
    const Restriction& restriction = part.restriction;
    if (part.kind == Expression::Kind::kRestriction &&
        restriction.comparison == Comparison::kEqual &&
        restriction.field != FilterField::kPublishTime) {
      equalities.push_back({restriction.field, restriction.value.text});
    }
  }
  return equalities;
}

Filter::TimeRange Filter::TimeWindow() const {
  TimeRange window;
  for (const Expression& part : RequiredParts(compiled_->expression)) {
    if (part.kind != Expression::Kind::kRestriction ||
        part.restriction.field != FilterField::kPublishTime) {
      continue;
    }
    const TimeRange range = RangeOf(part.restriction);
    window.begin_us = std::max(window.begin_us, range.begin_us);
    window.end_us = std::min(window.end_us, range.end_us);
  }
  return window;
}

}  // namespace courant

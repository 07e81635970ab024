#include "services/filter/restriction.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "services/filter/language_range.h"

namespace courant::filter {
namespace {

// In the order of Comparison.
constexpr absl::string_view kSigns[] = {"=", "!=", ":", "<", "<=", ">", ">="};

// Whether `comparison` is about more and less.
bool Orders(Comparison comparison) { return comparison >= Comparison::kLess; }

bool IsAmong(const google::protobuf::RepeatedPtrField<std::string>& values,
             const std::string& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

bool NumberHolds(int64_t number, Comparison comparison, int64_t limit) {
  switch (comparison) {
    case Comparison::kEqual:
    case Comparison::kHas:
      return number == limit;
    case Comparison::kNotEqual:
      return number != limit;
    case Comparison::kLess:
      return number < limit;
    case Comparison::kLessOrEqual:
      return number <= limit;
    case Comparison::kGreater:
      return number > limit;
    case Comparison::kGreaterOrEqual:
      return number >= limit;
  }
  return false;
}

int64_t KindOf(const storage::v1::Attributes& attributes) {
  return attributes.kind() == v1::Article::KIND_UNSPECIFIED ? v1::Article::TEXT
                                                            : attributes.kind();
}

// Whether the field has the value, for fields that only know the same and not
// the same.
bool HasValue(const Restriction& restriction,
              const storage::v1::Attributes& attributes) {
  const std::string& text = restriction.value.text;
  switch (restriction.field) {
    case FilterField::kSection:
      return IsAmong(attributes.sections(), text);
    case FilterField::kSubject:
      return IsAmong(attributes.subjects(), text);
    case FilterField::kLanguage:
      return restriction.comparison == Comparison::kHas
                 ? LanguageIsIn(attributes.language(), text)
                 : absl::EqualsIgnoreCase(attributes.language(), text);
    case FilterField::kStory:
      return attributes.story() == text;
    case FilterField::kSource:
      return attributes.source() == text;
    case FilterField::kState:
      return attributes.state() == restriction.value.number;
    case FilterField::kKind:
      return KindOf(attributes) == restriction.value.number;
    case FilterField::kUrgency:
      return attributes.urgency() == restriction.value.number;
    case FilterField::kPublishTime:
      break;  // has an order; not here
  }
  return false;
}

}  // namespace

absl::string_view SignOf(Comparison comparison) {
  return kSigns[static_cast<size_t>(comparison)];
}

absl::string_view SignsOf(FilterField field) {
  switch (field) {
    case FilterField::kPublishTime:
      return "=, <, <=, > and >=";
    case FilterField::kUrgency:
      return "=, !=, :, <, <=, > and >=";
    default:
      return "=, != and :";
  }
}

bool Offers(FilterField field, Comparison comparison) {
  if (comparison == Comparison::kEqual || field == FilterField::kUrgency) {
    return true;
  }
  return Orders(comparison) == (field == FilterField::kPublishTime);
}

bool TakesSeveral(FilterField field, Comparison comparison) {
  return field != FilterField::kPublishTime &&
         (comparison == Comparison::kEqual || comparison == Comparison::kHas);
}

std::optional<Comparison> Opposite(const Restriction& restriction) {
  if (restriction.field == FilterField::kUrgency &&
      Orders(restriction.comparison)) {
    return std::nullopt;
  }
  switch (restriction.comparison) {
    case Comparison::kEqual:
      if (restriction.field == FilterField::kPublishTime) return std::nullopt;
      return Comparison::kNotEqual;
    case Comparison::kNotEqual:
      return Comparison::kEqual;
    case Comparison::kHas:
      return std::nullopt;
    case Comparison::kLess:
      return Comparison::kGreaterOrEqual;
    case Comparison::kLessOrEqual:
      return Comparison::kGreater;
    case Comparison::kGreater:
      return Comparison::kLessOrEqual;
    case Comparison::kGreaterOrEqual:
      return Comparison::kLess;
  }
  return std::nullopt;
}

bool Holds(const Restriction& restriction,
           const storage::v1::Attributes& attributes) {
  if (restriction.field == FilterField::kPublishTime) {
    return NumberHolds(attributes.list_time_us(), restriction.comparison,
                       restriction.value.number);
  }
  if (restriction.field == FilterField::kUrgency &&
      Orders(restriction.comparison)) {
    return attributes.urgency() != 0 &&
           NumberHolds(attributes.urgency(), restriction.comparison,
                       restriction.value.number);
  }
  const bool has = HasValue(restriction, attributes);
  return restriction.comparison == Comparison::kNotEqual ? !has : has;
}

}  // namespace courant::filter

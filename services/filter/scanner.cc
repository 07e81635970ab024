#include "services/filter/scanner.h"

#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "storage/errors/reason.h"

namespace courant::filter {
namespace {

constexpr absl::string_view kSpace = " \t\r\n";
// What ends a bare value; a name ends at a colon besides.
constexpr absl::string_view kValueStops = " \t\r\n()\"'=!<>,";
constexpr absl::string_view kNameStops = " \t\r\n()\"'=!<>,:";

bool IsControl(UChar32 c) {
  return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') ||
         (c >= 0x7f && c <= 0x9f);
}

}  // namespace

absl::Status InvalidAt(absl::string_view text, size_t offset,
                       absl::string_view description) {
  const int64_t position =
      std::count_if(text.begin(), text.begin() + offset,
                    [](char c) { return !U8_IS_TRAIL(c); });
  return MakeFieldError(
      v1::FILTER_INVALID,
      {{"filter", absl::StrCat("at position ", position, ": ", description)}},
      {{"position", absl::StrCat(position)}});
}

absl::Status CheckCharacters(absl::string_view text) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  const auto size = static_cast<int64_t>(text.size());
  for (int64_t at = 0; at < size;) {
    const auto start = static_cast<size_t>(at);
    UChar32 c = 0;
    U8_NEXT(bytes, at, size, c);
    if (c < 0) return InvalidAt(text, start, "this is not UTF-8");
    if (IsControl(c)) {
      return InvalidAt(text, start, "there is a control character; remove it");
    }
  }
  return absl::OkStatus();
}

bool IsOperator(absl::string_view word) {
  return word == "AND" || word == "OR" || word == "NOT";
}

void Scanner::SkipSpace() {
  offset_ = std::min(text_.find_first_not_of(kSpace, offset_), text_.size());
}

void Scanner::Advance(size_t bytes) {
  offset_ += bytes;
  SkipSpace();
}

bool Scanner::Take(char c) {
  if (Peek() != c) return false;
  Advance(1);
  return true;
}

absl::string_view Scanner::NextWord(absl::string_view stops) const {
  const size_t end =
      std::min(text_.find_first_of(stops, offset_), text_.size());
  return text_.substr(offset_, end - offset_);
}

bool Scanner::TakeOperator(absl::string_view word) {
  if (NextWord(kNameStops) != word) return false;
  Advance(word.size());
  return true;
}

absl::string_view Scanner::TakeName() {
  const absl::string_view name = NextWord(kNameStops);
  Advance(name.size());
  return name;
}

std::optional<Comparison> Scanner::TakeComparison() {
  // The longer before what they begin with.
  for (const Comparison comparison :
       {Comparison::kNotEqual, Comparison::kLessOrEqual,
        Comparison::kGreaterOrEqual, Comparison::kEqual, Comparison::kHas,
        Comparison::kLess, Comparison::kGreater}) {
    const absl::string_view sign = SignOf(comparison);
    if (text_.substr(offset_, sign.size()) != sign) continue;
    Advance(sign.size());
    return comparison;
  }
  return std::nullopt;
}

absl::StatusOr<std::string> Scanner::TakeValue() {
  if (Peek() == '"' || Peek() == '\'') return TakeQuoted();
  const absl::string_view word = NextWord(kValueStops);
  if (word.empty()) {
    return Invalid(offset_, absl::StrCat("a value is missing before ", Found(),
                                         "; use a word or \"...\""));
  }
  if (IsOperator(word)) {
    return Invalid(offset_, absl::StrCat(word,
                                         " stands where a value is missing; "
                                         "in quotes it is a value"));
  }
  Advance(word.size());
  return std::string(word);
}

absl::StatusOr<std::string> Scanner::TakeQuoted() {
  const char quote = Peek();
  std::string value;
  for (size_t at = offset_ + 1; at < text_.size(); ++at) {
    char c = text_[at];
    if (c == quote) {
      Advance(at + 1 - offset_);
      return value;
    }
    if (c == '\\') {
      c = ++at < text_.size() ? text_[at] : '\0';
      if (c != '"' && c != '\'' && c != '\\') {
        return Invalid(at - 1, "in quotes, write \\\\ for one backslash");
      }
    }
    value.push_back(c);
  }
  return Invalid(offset_, absl::StrCat("the text that begins here never ends; "
                                       "add ",
                                       quote == '"' ? "\"" : "'"));
}

std::string Scanner::Found() const {
  if (offset_ >= text_.size()) return "the end";
  size_t end = offset_ + 1;
  while (end < text_.size() && U8_IS_TRAIL(text_[end])) ++end;
  return Quoted(text_.substr(offset_, end - offset_));
}

}  // namespace courant::filter

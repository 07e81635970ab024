#ifndef COURANT_SERVICES_FILTER_SCANNER_H_
#define COURANT_SERVICES_FILTER_SCANNER_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/filter/restriction.h"

namespace courant::filter {

// FILTER_INVALID: `description` says what is wrong at byte `offset` of `text`
// and what would be right. The error counts in code points.
absl::Status InvalidAt(absl::string_view text, size_t offset,
                       absl::string_view description);

// FILTER_INVALID unless `text` is UTF-8 without control characters other than
// tab and line ends.
absl::Status CheckCharacters(absl::string_view text);

// Takes a filter apart into words, signs and quoted values. Which of them may
// come next depends on what came before (a colon ends a field name but not a
// value), so the caller asks for what it wants. White space between them means
// nothing and is skipped.
//
// `text` has passed CheckCharacters and outlives the scanner.
class Scanner {
 public:
  explicit Scanner(absl::string_view text) : text_(text) { SkipSpace(); }

  // In bytes: where the next thing begins.
  size_t offset() const { return offset_; }

  // The next character; NUL at the end.
  char Peek() const { return offset_ < text_.size() ? text_[offset_] : '\0'; }

  // Takes the next character if it is `c`.
  bool Take(char c);

  // Takes the next word if it is `word`, an operator.
  bool TakeOperator(absl::string_view word);

  // Takes a comparison sign, the longest that fits; nothing if there is none.
  std::optional<Comparison> TakeComparison();

  // Takes what could be the name of a field, or an operator. Empty if there is
  // none.
  absl::string_view TakeName();

  // Takes a value: a quoted string, or a bare word that is no operator. In
  // quotes, single or double, a backslash stands before a quote or another
  // backslash and before nothing else. FILTER_INVALID if there is none.
  absl::StatusOr<std::string> TakeValue();

  // What comes next, for messages: `"x"` or `the end`.
  std::string Found() const;

  // InvalidAt() in this text.
  absl::Status Invalid(size_t offset, absl::string_view description) const {
    return InvalidAt(text_, offset, description);
  }

 private:
  absl::string_view NextWord(absl::string_view stops) const;
  absl::StatusOr<std::string> TakeQuoted();
  void Advance(size_t bytes);
  void SkipSpace();

  const absl::string_view text_;
  size_t offset_ = 0;
};

// Whether `word` is AND, OR or NOT.
bool IsOperator(absl::string_view word);

}  // namespace courant::filter

#endif  // COURANT_SERVICES_FILTER_SCANNER_H_

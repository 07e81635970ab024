#ifndef COURANT_SERVICES_TRANSLATION_TEXT_CODE_POINTS_H_
#define COURANT_SERVICES_TRANSLATION_TEXT_CODE_POINTS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"

// A text as code points, and where each stands in its bytes. Internal to
// translation/text. Pure and thread-safe.
namespace courant::text {

// A byte that is not UTF-8 is a code point of its own: this one.
inline constexpr char32_t kNotUtf8 = 0xFFFD;

// A text taken apart.
struct CodePoints {
  explicit CodePoints(absl::string_view text);

  size_t size() const { return points.size(); }
  // The code point at `i`; 0 outside of the text.
  char32_t at(size_t i) const { return i < points.size() ? points[i] : 0; }

  std::vector<char32_t> points;
  // Of each code point its first byte; one more for the end.
  std::vector<uint32_t> offsets;
};

// The number of code points that CodePoints(text) has.
size_t CodePointCount(absl::string_view text);

// A space of any kind, line feeds too.
bool IsSpace(char32_t c);
// A letter, digit or mark on one: what words are made of.
bool IsWordChar(char32_t c);
// A decimal digit.
bool IsDigit(char32_t c);
// A composed Hangul syllable.
bool IsHangul(char32_t c);
// Hangul, Han, Hiragana, Katakana: a part of a word that can be told from its
// neighbours by itself.
bool IsSyllable(char32_t c);

// `text` without the spaces at its end.
absl::string_view WithoutSpacesAtEnd(absl::string_view text);

// True when the first or last code point of `text` is a space.
bool BeginsWithSpace(absl::string_view text);
bool EndsWithSpace(absl::string_view text);

}  // namespace courant::text

#endif  // COURANT_SERVICES_TRANSLATION_TEXT_CODE_POINTS_H_

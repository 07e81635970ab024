#include "services/cli/display_width.h"

#include <unicode/brkiter.h>
#include <unicode/uchar.h>
#include <unicode/utext.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace courant {
namespace {

constexpr char kEllipsis[] = "…";
constexpr char kReplacement[] = "\xef\xbf\xbd";
// Asks for an emoji in the place of a text symbol.
constexpr UChar32 kEmojiPresentation = 0xfe0f;

// Calls `visit` with each code point of `text`, negative for a byte that is
// not UTF-8, and its bytes.
template <typename Visit>
void ForEachCodePoint(absl::string_view text, Visit visit) {
  const auto size = static_cast<int32_t>(text.size());
  int32_t next = 0;
  while (next < size) {
    const int32_t start = next;
    UChar32 code_point;
    U8_NEXT(text.data(), next, size, code_point);
    visit(code_point, text.substr(start, next - start));
  }
}

bool IsPlainAscii(absl::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return absl::ascii_isprint(c); });
}

int CodePointWidth(UChar32 code_point) {
  if (code_point < 0) return 1;
  switch (u_charType(code_point)) {
    case U_NON_SPACING_MARK:
    case U_ENCLOSING_MARK:
    case U_FORMAT_CHAR:
      return 0;
    default:
      break;
  }
  // Vowels and finals of conjoining Hangul stand on their initial.
  const int syllable =
      u_getIntPropertyValue(code_point, UCHAR_HANGUL_SYLLABLE_TYPE);
  if (syllable == U_HST_VOWEL_JAMO || syllable == U_HST_TRAILING_JAMO) return 0;
  const int width = u_getIntPropertyValue(code_point, UCHAR_EAST_ASIAN_WIDTH);
  return width == U_EA_WIDE || width == U_EA_FULLWIDTH ? 2 : 1;
}

// A grapheme is as wide as its widest part: marks, joiners and skin tones are
// drawn into the room of their base.
int GraphemeWidth(absl::string_view grapheme) {
  int width = 0;
  int letters_of_flag = 0;  // Two make a flag.
  ForEachCodePoint(grapheme, [&](UChar32 code_point, absl::string_view) {
    width = std::max(width, code_point == kEmojiPresentation
                                ? 2
                                : CodePointWidth(code_point));
    if (u_hasBinaryProperty(code_point, UCHAR_REGIONAL_INDICATOR)) {
      ++letters_of_flag;
    }
  });
  return std::max(width, letters_of_flag);
}

// Calls `visit` with each grapheme until it returns false.
void ForEachGrapheme(absl::string_view text,
                     const std::function<bool(absl::string_view)>& visit) {
  UErrorCode error = U_ZERO_ERROR;
  const std::unique_ptr<icu::BreakIterator> graphemes(
      icu::BreakIterator::createCharacterInstance(icu::Locale::getRoot(),
                                                  error));
  UText utf8 = UTEXT_INITIALIZER;
  utext_openUTF8(&utf8, text.data(), static_cast<int64_t>(text.size()), &error);
  if (U_SUCCESS(error)) graphemes->setText(&utf8, error);
  if (U_FAILURE(error)) {
    // Without ICU's data a code point is the best unit there is.
    bool go_on = true;
    ForEachCodePoint(text, [&](UChar32, absl::string_view bytes) {
      go_on = go_on && visit(bytes);
    });
    return;
  }
  int32_t start = graphemes->first();
  for (int32_t end = graphemes->next(); end != icu::BreakIterator::DONE;
       end = graphemes->next()) {
    if (!visit(text.substr(start, end - start))) break;
    start = end;
  }
  utext_close(&utf8);
}

bool IsBidiControl(UChar32 c) {
  return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

std::string Clean(absl::string_view text, bool keep_lines) {
  if (IsPlainAscii(text)) return std::string(text);
  std::string clean;
  clean.reserve(text.size());
  ForEachCodePoint(text, [&](UChar32 c, absl::string_view bytes) {
    if (c == '\n' || c == '\t') {
      absl::StrAppend(&clean, keep_lines ? bytes : " ");
    } else if (c < 0 || u_charType(c) == U_CONTROL_CHAR || IsBidiControl(c)) {
      absl::StrAppend(&clean, kReplacement);
    } else {
      absl::StrAppend(&clean, bytes);
    }
  });
  return clean;
}

}  // namespace

int DisplayWidth(absl::string_view text) {
  if (IsPlainAscii(text)) return static_cast<int>(text.size());
  int width = 0;
  ForEachGrapheme(text, [&](absl::string_view grapheme) {
    width += GraphemeWidth(grapheme);
    return true;
  });
  return width;
}

std::string CutToWidth(absl::string_view text, int columns) {
  if (columns <= 0) return "";
  int width = 0;
  size_t kept = 0;  // Bytes that leave room for the ellipsis.
  bool fits = true;
  size_t seen = 0;
  ForEachGrapheme(text, [&](absl::string_view grapheme) {
    width += GraphemeWidth(grapheme);
    seen += grapheme.size();
    if (width < columns) kept = seen;
    fits = width <= columns;
    return fits;
  });
  if (fits) return std::string(text);
  return absl::StrCat(text.substr(0, kept), kEllipsis);
}

std::vector<std::string> WrapToWidth(absl::string_view text, int columns) {
  if (text.empty()) return {};
  if (columns <= 0 || DisplayWidth(text) <= columns) {
    return {std::string(text)};
  }
  std::vector<std::string> lines;
  std::string line;
  int width = 0;     // Of `line`.
  size_t space = 0;  // Where the last space of `line` is; 0: nowhere.
  ForEachGrapheme(text, [&](absl::string_view grapheme) {
    const int wider = GraphemeWidth(grapheme);
    if (width + wider > columns && !line.empty()) {
      const bool at_space = grapheme == " ";
      const size_t end = at_space || space == 0 ? line.size() : space;
      lines.push_back(line.substr(0, end));
      line = end == line.size() ? "" : line.substr(end + 1);
      width = DisplayWidth(line);
      space = 0;
      if (at_space) return true;
    }
    if (grapheme == " ") space = line.size();
    absl::StrAppend(&line, grapheme);
    width += wider;
    return true;
  });
  if (!line.empty()) lines.push_back(std::move(line));
  return lines;
}

std::string PadToWidth(absl::string_view text, int columns) {
  const int missing = std::max(0, columns - DisplayWidth(text));
  return absl::StrCat(text, std::string(missing, ' '));
}

std::string OneLine(absl::string_view text) { return Clean(text, false); }

std::string PrintableLines(absl::string_view text) { return Clean(text, true); }

bool IsUtf8(absl::string_view text) {
  bool valid = true;
  ForEachCodePoint(
      text, [&](UChar32 c, absl::string_view) { valid = valid && c >= 0; });
  return valid;
}

}  // namespace courant

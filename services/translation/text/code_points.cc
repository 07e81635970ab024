#include "services/translation/text/code_points.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

namespace courant::text {
namespace {

// Reads the code point at `*next`, which it moves on.
char32_t Next(absl::string_view text, size_t* next) {
  const auto lead = static_cast<unsigned char>(text[*next]);
  if (lead < 0x80) {
    ++*next;
    return lead;
  }
  const size_t start = *next;
  UChar32 c;
  U8_NEXT(text.data(), *next, text.size(), c);
  if (c >= 0) return static_cast<char32_t>(c);
  *next = start + 1;
  return kNotUtf8;
}

// Bytes of the space that `text` ends with; 0 when there is none.
size_t SpaceAtEnd(absl::string_view text) {
  if (text.empty()) return 0;
  size_t start = text.size() - 1;
  // No space has more than three bytes.
  while (start > 0 && text.size() - start < 3 && U8_IS_TRAIL(text[start])) {
    --start;
  }
  size_t next = start;
  const char32_t last = Next(text, &next);
  return next == text.size() && IsSpace(last) ? text.size() - start : 0;
}

}  // namespace

CodePoints::CodePoints(absl::string_view text) {
  points.reserve(text.size());
  offsets.reserve(text.size() + 1);
  for (size_t next = 0; next < text.size();) {
    offsets.push_back(static_cast<uint32_t>(next));
    points.push_back(Next(text, &next));
  }
  offsets.push_back(static_cast<uint32_t>(text.size()));
}

size_t CodePointCount(absl::string_view text) {
  size_t count = 0;
  for (size_t next = 0; next < text.size(); ++count) Next(text, &next);
  return count;
}

bool IsSpace(char32_t c) {
  if (c < 0x80) return c == ' ' || (c >= '\t' && c <= '\r');
  return u_isUWhiteSpace(static_cast<UChar32>(c));
}

bool IsDigit(char32_t c) {
  if (c < 0x80) return c >= '0' && c <= '9';
  return u_isdigit(static_cast<UChar32>(c));
}

bool IsWordChar(char32_t c) {
  if (c < 0x80) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z');
  }
  if (IsHangul(c) || c == kNotUtf8) return true;
  constexpr uint32_t kWord = U_GC_L_MASK | U_GC_N_MASK | U_GC_M_MASK;
  return (U_GET_GC_MASK(static_cast<UChar32>(c)) & kWord) != 0;
}

bool IsHangul(char32_t c) { return c >= 0xAC00 && c <= 0xD7A3; }

bool IsSyllable(char32_t c) {
  return IsHangul(c) || (c >= 0x3041 && c <= 0x30FF) ||
         (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x4E00 && c <= 0x9FFF) ||
         (c >= 0x20000 && c <= 0x3FFFF);
}

absl::string_view WithoutSpacesAtEnd(absl::string_view text) {
  while (const size_t bytes = SpaceAtEnd(text)) text.remove_suffix(bytes);
  return text;
}

bool BeginsWithSpace(absl::string_view text) {
  if (text.empty()) return false;
  size_t next = 0;
  return IsSpace(Next(text, &next));
}

bool EndsWithSpace(absl::string_view text) { return SpaceAtEnd(text) > 0; }

}  // namespace courant::text

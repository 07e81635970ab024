#include "services/importers/unicode_text.h"

#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"

namespace courant::importers {
namespace {

constexpr int kQuotedCodePoints = 60;

// Walks over the code points of a text.
class CodePoints {
 public:
  explicit CodePoints(absl::string_view text) : text_(text) {}

  bool done() const { return offset_ >= text_.size(); }
  size_t offset() const { return offset_; }

  // The next code point, negative for a byte that is not UTF-8.
  UChar32 Next() {
    UChar32 point;
    U8_NEXT(text_.data(), offset_, text_.size(), point);
    return point;
  }

 private:
  absl::string_view text_;
  size_t offset_ = 0;
};

bool IsControl(UChar32 point) {
  return point < 0x20 || (point >= 0x7f && point < 0xa0);
}

// XML has no way to write the two last ones, and feeds are XML.
bool MayStand(UChar32 point) {
  if (point == '\n' || point == '\r' || point == '\t') return true;
  return !IsControl(point) && point != 0xfffe && point != 0xffff;
}

bool IsSpace(UChar32 point) { return point >= 0 && u_isUWhiteSpace(point); }

}  // namespace

std::optional<BadText> FindBadText(absl::string_view text) {
  CodePoints points(text);
  while (!points.done()) {
    const size_t offset = points.offset();
    const UChar32 point = points.Next();
    if (point < 0) {
      return BadText{offset,
                     absl::StrFormat("is not UTF-8 (byte 0x%02x)",
                                     static_cast<uint8_t>(text[offset])),
                     v1::INVALID_UTF8};
    }
    if (!MayStand(point)) {
      return BadText{
          offset,
          absl::StrFormat("holds U+%04X, which no text may hold", point),
          v1::FIELD_INVALID};
    }
  }
  return std::nullopt;
}

std::string WithLineFeeds(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"\r\n", "\n"}, {"\r", "\n"}});
}

absl::string_view TrimSpace(absl::string_view text) {
  size_t begin = text.size();
  size_t end = 0;
  CodePoints points(text);
  while (!points.done()) {
    const size_t offset = points.offset();
    if (IsSpace(points.Next())) continue;
    if (offset < begin) begin = offset;
    end = points.offset();
  }
  return begin < end ? text.substr(begin, end - begin) : text.substr(0, 0);
}

bool IsBlank(absl::string_view text) { return TrimSpace(text).empty(); }

std::string OnOneLine(absl::string_view text) {
  std::string line;
  std::string space;
  CodePoints points(text);
  while (!points.done()) {
    const size_t offset = points.offset();
    const bool is_space = IsSpace(points.Next());
    const absl::string_view bytes =
        text.substr(offset, points.offset() - offset);
    if (is_space) {
      absl::StrAppend(&space, bytes);
      continue;
    }
    const bool has_break = space.find_first_of("\r\n") != std::string::npos;
    absl::StrAppend(&line, has_break ? " " : space, bytes);
    space.clear();
  }
  return line;
}

int CountCodePoints(absl::string_view text) {
  int count = 0;
  for (CodePoints points(text); !points.done(); points.Next()) ++count;
  return count;
}

absl::string_view FirstCodePoints(absl::string_view text, int count) {
  CodePoints points(text);
  while (count-- > 0 && !points.done()) points.Next();
  return text.substr(0, points.offset());
}

int PrintWidth(absl::string_view text) {
  int width = 0;
  CodePoints points(text);
  while (!points.done()) {
    const UChar32 point = points.Next();
    if (point < 0) {
      ++width;
      continue;
    }
    const int kind = u_getIntPropertyValue(point, UCHAR_EAST_ASIAN_WIDTH);
    width += kind == U_EA_WIDE || kind == U_EA_FULLWIDTH ? 2 : 1;
  }
  return width;
}

bool BeginsLikeName(absl::string_view text) {
  if (text.empty()) return false;
  const UChar32 point = CodePoints(text).Next();
  return point >= 0 && u_isalpha(point) && !u_islower(point);
}

std::string Quoted(absl::string_view text) {
  const std::string line = OnOneLine(TrimSpace(text));
  const absl::string_view head = FirstCodePoints(line, kQuotedCodePoints);
  std::string shown;
  CodePoints points(head);
  while (!points.done()) {
    const size_t offset = points.offset();
    const UChar32 point = points.Next();
    const bool plain = point >= 0 && !IsControl(point);
    absl::StrAppend(&shown, plain
                                ? head.substr(offset, points.offset() - offset)
                                : absl::string_view("?"));
  }
  return absl::StrCat("\"", shown, head.size() < line.size() ? "…\"" : "\"");
}

LetterCounts CountLetters(absl::string_view text) {
  LetterCounts counts;
  CodePoints points(text);
  while (!points.done()) {
    const UChar32 point = points.Next();
    if (point < 0 || !u_isalpha(point)) continue;
    UErrorCode error = U_ZERO_ERROR;
    switch (uscript_getScript(point, &error)) {
      case USCRIPT_HANGUL:
        ++counts.hangul;
        break;
      case USCRIPT_HIRAGANA:
      case USCRIPT_KATAKANA:
        ++counts.kana;
        break;
      case USCRIPT_LATIN:
        ++counts.latin;
        break;
      default:
        ++counts.other;
    }
  }
  return counts;
}

}  // namespace courant::importers

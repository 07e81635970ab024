#include "services/audit/chain/audit_text.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace courant {
namespace {

constexpr size_t kMaxTextBytes = 128;
constexpr size_t kMaxNameBytes = 256;
constexpr uint32_t kReplacement = 0xfffd;

constexpr absl::string_view kRemoved = "(key removed)";

// Where an API key begins in `text`, whatever case it is written in; npos:
// nowhere.
size_t FindKey(absl::string_view text) {
  return absl::AsciiStrToLower(text).find("cour_");
}

bool IsTail(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// Takes the first code point off `*text`, which is not empty; a byte that
// begins none is U+FFFD.
uint32_t TakeCodePoint(absl::string_view* text) {
  const auto first = static_cast<unsigned char>(text->front());
  const size_t size = first < 0x80             ? 1
                      : (first & 0xe0) == 0xc0 ? 2
                      : (first & 0xf0) == 0xe0 ? 3
                      : (first & 0xf8) == 0xf0 ? 4
                                               : 0;
  constexpr uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  if (size < 2 || size > text->size()) {
    text->remove_prefix(1);
    return size == 1 ? first : kReplacement;
  }
  uint32_t point = first & (0x7fU >> size);
  for (size_t i = 1; i < size; ++i) {
    if (!IsTail((*text)[i])) {
      text->remove_prefix(1);
      return kReplacement;
    }
    point = point << 6 | (static_cast<unsigned char>((*text)[i]) & 0x3fU);
  }
  const bool is_one = point >= kLeast[size] && point <= 0x10ffff &&
                      (point < 0xd800 || point > 0xdfff);
  text->remove_prefix(is_one ? size : 1);
  return is_one ? point : kReplacement;
}

void AppendEscaped(uint32_t point, std::string* out) {
  if (point == '"' || point == '\\') {
    out->push_back('\\');
    out->push_back(static_cast<char>(point));
  } else if (point >= 0x20 && point < 0x7f) {
    out->push_back(static_cast<char>(point));
  } else if (point < 0x10000) {
    absl::StrAppendFormat(out, "\\u%04x", point);
  } else {
    absl::StrAppendFormat(out, "\\u%04x\\u%04x",
                          0xd800 + ((point - 0x10000) >> 10),
                          0xdc00 + ((point - 0x10000) & 0x3ff));
  }
}

bool MayBeInName(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
         absl::string_view("-_./~:").find(c) != absl::string_view::npos;
}

}  // namespace

std::string AuditText(absl::string_view text) {
  const size_t key = FindKey(text);
  absl::string_view rest = text.substr(0, std::min(key, kMaxTextBytes));
  if (rest.size() < text.size()) {
    // Not within a character.
    size_t end = rest.size();
    while (end > 0 && IsTail(text[end])) --end;
    rest = rest.substr(0, end);
  }
  std::string out;
  while (!rest.empty()) AppendEscaped(TakeCodePoint(&rest), &out);
  if (key <= kMaxTextBytes) absl::StrAppend(&out, kRemoved);
  return out;
}

std::string AuditName(absl::string_view name) {
  if (name.size() > kMaxNameBytes ||
      !std::all_of(name.begin(), name.end(), MayBeInName)) {
    return "(not a name)";
  }
  const size_t key = FindKey(name);
  if (key == absl::string_view::npos) return std::string(name);
  return absl::StrCat(name.substr(0, key), kRemoved);
}

}  // namespace courant

#include "services/config/text_check.h"

#include <unicode/utf8.h>

#include <cstdint>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace courant {
namespace {

constexpr size_t kMaxQuotedBytes = 80;

bool IsControl(UChar32 c) { return c < 0x20 || (c >= 0x7f && c <= 0x9f); }

bool IsLineOrTab(UChar32 c) { return c == '\t' || c == '\n' || c == '\r'; }

bool IsUtf8(absl::string_view text) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  const int64_t size = static_cast<int64_t>(text.size());
  for (int64_t at = 0; at < size;) {
    UChar32 c = 0;
    U8_NEXT(bytes, at, size, c);
    if (c < 0) return false;
  }
  return true;
}

std::string Escape(absl::string_view text) {
  return IsUtf8(text) ? absl::Utf8SafeCEscape(text) : absl::CEscape(text);
}

}  // namespace

std::optional<TextFault> FindTextFault(absl::string_view text, Lines lines) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  const int64_t size = static_cast<int64_t>(text.size());
  for (int64_t at = 0; at < size;) {
    const size_t start = static_cast<size_t>(at);
    UChar32 c = 0;
    U8_NEXT(bytes, at, size, c);
    if (c < 0) return TextFault{start, "a byte that is not UTF-8"};
    const bool allowed = lines == Lines::kAllowed && IsLineOrTab(c);
    if (IsControl(c) && !allowed) {
      return TextFault{start, absl::StrFormat("the control character U+%04X",
                                              static_cast<uint32_t>(c))};
    }
  }
  return std::nullopt;
}

std::string QuoteForMessage(absl::string_view text) {
  absl::string_view shown = text.substr(0, kMaxQuotedBytes);
  if (shown.size() < text.size()) {
    // Not through the middle of a character: step back to its first byte.
    while (!shown.empty() && U8_IS_TRAIL(text[shown.size()])) {
      shown.remove_suffix(1);
    }
    return absl::StrCat("\"", Escape(shown), "...\"");
  }
  return absl::StrCat("\"", Escape(shown), "\"");
}

}  // namespace courant

#include "services/editorial/rules/text_scan.h"

#include <simdjson.h>

#include <algorithm>

namespace courant {
namespace {

// Bytes looked at in one step: a fixed number, so that the compiler makes the
// loop over them one of vector instructions.
constexpr size_t kStride = 32;

// The lead byte of U+0080 to U+00BF, and that of U+F000 to U+FFFF.
constexpr unsigned char kLeadOfC1 = 0xC2;
constexpr unsigned char kLeadOfNonCharacters = 0xEF;

bool IsForbiddenAscii(unsigned char byte) {
  return (byte < 0x20 && byte != '\t' && byte != '\n') || byte == 0x7F;
}

// True when one of the kStride bytes from `bytes` is forbidden or begins a
// sequence that may be. Without branches on purpose.
bool MayHoldForbidden(const char* bytes) {
  unsigned char seen = 0;
  for (size_t i = 0; i < kStride; ++i) {
    const unsigned char byte = static_cast<unsigned char>(bytes[i]);
    seen |= (byte < 0x20) & (byte != '\t') & (byte != '\n');
    seen |= (byte == 0x7F) | (byte == kLeadOfC1);
    seen |= (byte == kLeadOfNonCharacters);
  }
  return seen != 0;
}

// The forbidden character that begins at `offset`, or 0x110000 for none: no
// code point is that large. (U+0000 is one of the forbidden ones.)
constexpr uint32_t kNothing = 0x110000;
uint32_t ForbiddenAt(absl::string_view text, size_t offset) {
  const auto byte_at = [text](size_t i) -> uint32_t {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
  };
  const uint32_t lead = byte_at(offset);
  if (IsForbiddenAscii(static_cast<unsigned char>(lead))) return lead;
  const uint32_t second = byte_at(offset + 1);
  if (lead == kLeadOfC1 && second >= 0x80 && second < 0xA0) return second;
  if (lead == kLeadOfNonCharacters && second == 0xBF) {
    const uint32_t third = byte_at(offset + 2);
    if (third >= 0xBE) return 0xFFC0 | (third & 0x3F);
  }
  return kNothing;
}

}  // namespace

std::optional<ForbiddenCharacter> FindForbiddenCharacter(
    absl::string_view text) {
  for (size_t start = 0; start < text.size(); start += kStride) {
    const size_t limit = std::min(start + kStride, text.size());
    if (limit - start == kStride && !MayHoldForbidden(text.data() + start)) {
      continue;
    }
    for (size_t i = start; i < limit; ++i) {
      const uint32_t found = ForbiddenAt(text, i);
      if (found == kNothing) continue;
      return ForbiddenCharacter{found, CountCodePoints(text.substr(0, i))};
    }
  }
  return std::nullopt;
}

bool IsUtf8(absl::string_view text) {
  return simdjson::validate_utf8(text.data(), text.size());
}

size_t CountCodePoints(absl::string_view text) {
  // Every byte but the continuations, 0x80 to 0xBF, begins a code point.
  const auto* const bytes = reinterpret_cast<const signed char*>(text.data());
  constexpr signed char kLastContinuation = -65;
  size_t count = 0;
  size_t offset = 0;
  for (; text.size() - offset >= kStride; offset += kStride) {
    unsigned char in_stride = 0;
    for (size_t i = 0; i < kStride; ++i) {
      in_stride += bytes[offset + i] > kLastContinuation;
    }
    count += in_stride;
  }
  for (; offset < text.size(); ++offset) {
    count += bytes[offset] > kLastContinuation;
  }
  return count;
}

}  // namespace courant

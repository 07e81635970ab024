#include "services/editorial/rules/section_code.h"

#include <unicode/translit.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <cstdint>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace courant {
namespace {

constexpr size_t kMaxBytes = 64;

// What of a label counts, in bytes: more than any code can need, so that a
// label of any length costs no more than a long one.
constexpr size_t kMaxLabelBytes = 512;

// Cuts to the longest code allowed, without a dash at the end.
std::string Cut(std::string code) {
  if (code.size() > kMaxBytes) code.resize(kMaxBytes);
  while (!code.empty() && code.back() == '-') code.pop_back();
  return code;
}

// Letters and digits of ASCII in lower case, one dash for whatever else stands
// between them. Apostrophes and bytes outside of ASCII leave no trace.
std::string Slug(absl::string_view text) {
  std::string slug;
  bool gap = false;
  for (const unsigned char byte : text) {
    if (absl::ascii_isalnum(byte)) {
      if (gap && !slug.empty()) slug.push_back('-');
      gap = false;
      slug.push_back(absl::ascii_tolower(byte));
    } else if (byte != '\'') {
      gap = true;
    }
  }
  return Cut(std::move(slug));
}

bool IsAscii(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), absl::ascii_isascii);
}

icu::UnicodeString Characters(absl::string_view text) {
  return icu::UnicodeString::fromUTF8(
      icu::StringPiece(text.data(), static_cast<int32_t>(text.size())));
}

std::string InLatin(absl::string_view text) {
  // Costly to make and not safe to share: one for each thread.
  thread_local const std::unique_ptr<icu::Transliterator> kLatin = [] {
    UErrorCode error = U_ZERO_ERROR;
    return std::unique_ptr<icu::Transliterator>(
        icu::Transliterator::createInstance("Any-Latin; Latin-ASCII",
                                            UTRANS_FORWARD, error));
  }();
  std::string out;
  if (kLatin == nullptr) return out;
  icu::UnicodeString words = Characters(text);
  kLatin->transliterate(words);
  words.toUTF8String(out);
  return out;
}

std::string NamesOfCodePoints(absl::string_view text) {
  const icu::UnicodeString characters = Characters(text);
  std::string code;
  for (int32_t i = 0; i < characters.length() && code.size() < kMaxBytes;
       i = characters.moveIndex32(i, 1)) {
    absl::StrAppend(&code, code.empty() ? "u" : "-u",
                    absl::Hex(characters.char32At(i)));
  }
  return Cut(std::move(code));
}

bool IsEnglish(absl::string_view language) {
  return absl::EqualsIgnoreCase(language, "en") ||
         absl::StartsWithIgnoreCase(language, "en-");
}

absl::string_view Label(const v1::Section& section) {
  absl::string_view first;
  for (const v1::Text& label : section.labels()) {
    if (label.value().empty()) continue;
    if (IsEnglish(label.language())) return label.value();
    if (first.empty()) first = label.value();
  }
  return first;
}

}  // namespace

std::string MakeSectionCode(const v1::Section& section) {
  const absl::string_view label = Label(section).substr(0, kMaxLabelBytes);
  std::string code = Slug(IsAscii(label) ? std::string(label) : InLatin(label));
  return code.empty() ? NamesOfCodePoints(label) : code;
}

}  // namespace courant

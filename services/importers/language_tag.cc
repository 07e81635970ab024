#include "services/importers/language_tag.h"

#include <unicode/locid.h>

#include <algorithm>
#include <cstring>

#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"
#include "services/importers/unicode_text.h"

namespace courant::importers {
namespace {

// Registered tags are far shorter; ICU copies its input.
constexpr size_t kLongestTag = 64;

constexpr struct {
  const char* name;
  const char* tag;
} kLanguageNames[] = {
    {"english", "en"}, {"korean", "ko"}, {"영어", "en"}, {"한국어", "ko"}};

}  // namespace

std::optional<std::string> CanonicalLanguage(absl::string_view name) {
  const std::string tag =
      absl::AsciiStrToLower(absl::StrReplaceAll(TrimSpace(name), {{"_", "-"}}));
  for (const auto& language : kLanguageNames) {
    if (tag == language.name) return language.tag;
  }
  if (tag.empty() || tag.size() > kLongestTag) return std::nullopt;
  UErrorCode error = U_ZERO_ERROR;
  const icu::Locale locale = icu::Locale::forLanguageTag(tag, error);
  // Longer language subtags are reserved; ICU takes any word for one.
  const size_t language_length = std::strlen(locale.getLanguage());
  if (U_FAILURE(error) || language_length < 2 || language_length > 3) {
    return std::nullopt;
  }
  std::string canonical = locale.toLanguageTag<std::string>(error);
  if (U_FAILURE(error) || canonical.substr(0, 3) == "und") return std::nullopt;
  return canonical;
}

bool IsKnownLanguage(const std::string& tag) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Locale locale = icu::Locale::forLanguageTag(tag, error);
  return U_SUCCESS(error) && *locale.getISO3Language() != '\0';
}

std::optional<ToldLanguage> LanguageOfText(absl::string_view text) {
  const LetterCounts counts = CountLetters(text);
  const int most = std::max({counts.hangul, counts.kana, counts.other});
  if (counts.kana > 0 && counts.kana >= counts.hangul &&
      counts.kana * 2 >= counts.latin) {
    return ToldLanguage{"ja", false};
  }
  if (counts.hangul > 0 && counts.hangul * 2 >= counts.latin &&
      counts.hangul >= counts.other) {
    return ToldLanguage{"ko", false};
  }
  if (counts.latin > 0 && counts.latin > most) return ToldLanguage{"en", true};
  return std::nullopt;
}

}  // namespace courant::importers

#include "services/editorial/rules/language_tag.h"

#include <unicode/region.h>
#include <unicode/uchar.h>
#include <unicode/uloc.h>
#include <unicode/unistr.h>

#include <array>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "services/editorial/rules/violations.h"

namespace courant {
namespace {

using Buffer = std::array<char, ULOC_FULLNAME_CAPACITY>;

// The ICU locale of a tag that is well-formed from end to end.
std::optional<std::string> LocaleOf(const std::string& tag) {
  Buffer locale;
  int32_t parsed = 0;
  UErrorCode error = U_ZERO_ERROR;
  const int32_t size = uloc_forLanguageTag(tag.c_str(), locale.data(),
                                           locale.size(), &parsed, &error);
  if (U_FAILURE(error) || error == U_STRING_NOT_TERMINATED_WARNING ||
      parsed != static_cast<int32_t>(tag.size())) {
    return std::nullopt;
  }
  return std::string(locale.data(), size);
}

std::optional<std::string> TagOf(const std::string& locale) {
  Buffer tag;
  UErrorCode error = U_ZERO_ERROR;
  const int32_t size = uloc_toLanguageTag(locale.c_str(), tag.data(),
                                          tag.size(), /*strict=*/true, &error);
  if (U_FAILURE(error) || error == U_STRING_NOT_TERMINATED_WARNING) {
    return std::nullopt;
  }
  return std::string(tag.data(), size);
}

// One part of a locale, by the ICU function that returns it.
template <typename Getter>
std::string PartOf(const std::string& locale, Getter getter) {
  Buffer part;
  UErrorCode error = U_ZERO_ERROR;
  const int32_t size = getter(locale.c_str(), part.data(), part.size(), &error);
  return U_SUCCESS(error) ? std::string(part.data(), size) : std::string();
}

// True when CLDR has an English name for it. ICU answers with the code itself
// and a warning when it has none.
template <typename Getter>
bool HasEnglishName(const std::string& locale, Getter getter) {
  std::array<UChar, 256> name;
  UErrorCode error = U_ZERO_ERROR;
  getter(locale.c_str(), "en", name.data(), name.size(), &error);
  return U_SUCCESS(error) && error != U_USING_DEFAULT_WARNING;
}

bool IsKnownLanguage(const std::string& locale) {
  const std::string language = PartOf(locale, uloc_getLanguage);
  // ICU writes "und" as an empty language; a tag that is private as a whole
  // looks the same, and is kept out by CanonicalLanguageTag.
  if (language.empty()) return true;
  if (language.size() > 3) return false;
  // ISO 639-2 reserves these for local use.
  if (language.size() == 3 && language >= "qaa" && language <= "qtz") {
    return true;
  }
  return *uloc_getISO3Language(locale.c_str()) != '\0' ||
         HasEnglishName(locale, uloc_getDisplayLanguage);
}

bool IsKnownScript(const std::string& locale) {
  const std::string script = PartOf(locale, uloc_getScript);
  return script.empty() ||
         u_getPropertyValueEnum(UCHAR_SCRIPT, script.c_str()) !=
             UCHAR_INVALID_CODE;
}

// The region that ICU means by that of the locale: "GB" for "UK". Empty when
// it knows none.
std::string KnownRegion(const std::string& region) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Region* found = icu::Region::getInstance(region.c_str(), error);
  if (U_FAILURE(error) || found == nullptr ||
      found->getType() == URGN_UNKNOWN) {
    return "";
  }
  return found->getRegionCode();
}

bool IsKnownRegion(const std::string& locale) {
  const std::string region = PartOf(locale, uloc_getCountry);
  return region.empty() || KnownRegion(region) == region;
}

// Variants are asked for one by one: CLDR has no names for combinations.
bool AreKnownVariants(const std::string& locale) {
  const std::string variants = PartOf(locale, uloc_getVariant);
  for (absl::string_view variant : absl::StrSplit(variants, '_')) {
    if (variant.empty()) continue;
    if (!HasEnglishName(absl::StrCat("und__", variant),
                        uloc_getDisplayVariant)) {
      return false;
    }
  }
  return true;
}

std::optional<std::string> AskIcu(absl::string_view tag) {
  if (tag.empty() || tag.size() > kMaxLanguageTagBytes) return std::nullopt;
  if (absl::StartsWithIgnoreCase(tag, "x-")) return std::nullopt;
  const auto given = LocaleOf(std::string(tag));
  if (!given) return std::nullopt;
  // "root" and the like are words of ICU, not of BCP 47.
  auto canonical = TagOf(*given);
  if (!canonical || (absl::StartsWith(*canonical, "und") &&
                     !absl::StartsWithIgnoreCase(tag, "und"))) {
    return std::nullopt;
  }
  // The check is of the canonical tag: ICU has renamed what has a new name.
  const auto locale = LocaleOf(*canonical);
  if (!locale || !IsKnownLanguage(*locale) || !IsKnownScript(*locale) ||
      !IsKnownRegion(*locale) || !AreKnownVariants(*locale)) {
    return std::nullopt;
  }
  return canonical;
}

// The languages and regions of two letters that are their own canonical form,
// as ICU says: nearly every tag there is, and ICU takes microseconds for each.
class PlainParts {
 public:
  PlainParts() {
    for (char a = 'a'; a <= 'z'; ++a) {
      for (char b = 'a'; b <= 'z'; ++b) {
        const std::string language = {a, b};
        const std::string region = absl::AsciiStrToUpper(language);
        languages_[Index(language)] = AskIcu(language) == language;
        const std::string tag = absl::StrCat("en-", region);
        regions_[Index(language)] = AskIcu(tag) == tag;
      }
    }
  }

  bool HasLanguage(absl::string_view code) const {
    return absl::ascii_islower(code[0]) && absl::ascii_islower(code[1]) &&
           languages_[Index(code)];
  }
  bool HasRegion(absl::string_view code) const {
    return absl::ascii_isupper(code[0]) && absl::ascii_isupper(code[1]) &&
           regions_[Index(absl::AsciiStrToLower(code))];
  }

 private:
  static size_t Index(absl::string_view lower) {
    return static_cast<size_t>(lower[0] - 'a') * 26 +
           static_cast<size_t>(lower[1] - 'a');
  }

  std::array<bool, 26 * 26> languages_;
  std::array<bool, 26 * 26> regions_;
};

// True for a canonical tag of one of the two shapes "en" and "en-US".
bool IsPlainTag(absl::string_view tag) {
  if (tag.size() != 2 && tag.size() != 5) return false;
  static const PlainParts kParts;
  if (!kParts.HasLanguage(tag.substr(0, 2))) return false;
  return tag.size() == 2 || (tag[2] == '-' && kParts.HasRegion(tag.substr(3)));
}

// The code of the language with this English name, or empty.
std::string CodeOfEnglishName(absl::string_view name) {
  for (const char* const* code = uloc_getISOLanguages(); *code != nullptr;
       ++code) {
    std::array<UChar, 256> display;
    UErrorCode error = U_ZERO_ERROR;
    const int32_t size = uloc_getDisplayLanguage(*code, "en", display.data(),
                                                 display.size(), &error);
    if (U_FAILURE(error)) continue;
    std::string english;
    icu::UnicodeString(display.data(), size).toUTF8String(english);
    if (absl::EqualsIgnoreCase(english, name)) return *code;
  }
  return "";
}

// The nearest right tag that can be guessed, or empty.
std::string Suggestion(absl::string_view tag) {
  const std::string dashed =
      absl::StrReplaceAll(absl::StripAsciiWhitespace(tag), {{"_", "-"}});
  if (const auto canonical = CanonicalLanguageTag(dashed)) return *canonical;
  std::string code = CodeOfEnglishName(dashed);
  if (!code.empty()) return code;
  if (const auto locale = LocaleOf(dashed)) {
    const std::string region = PartOf(*locale, uloc_getCountry);
    const std::string meant = region.empty() ? "" : KnownRegion(region);
    if (!meant.empty() && meant != region) {
      const auto repaired = CanonicalLanguageTag(
          absl::StrReplaceAll(*locale, {{region, meant}, {"_", "-"}}));
      if (repaired) return *repaired;
    }
  }
  return "";
}

}  // namespace

std::optional<std::string> CanonicalLanguageTag(absl::string_view tag) {
  if (IsPlainTag(tag)) return std::string(tag);
  return AskIcu(tag);
}

std::string LanguageTagAdvice(absl::string_view tag) {
  const std::string suggestion = Suggestion(tag);
  return absl::StrCat(
      Quoted(tag), " is not a known BCP 47 language tag; ",
      suggestion.empty()
          ? "use one such as \"en\", \"ko-KR\" or \"zh-Hant\""
          : absl::StrCat("did you mean ", Quoted(suggestion), "?"));
}

}  // namespace courant

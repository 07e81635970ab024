#include "services/editorial/rules/language_tag.h"

#include <unicode/uloc.h>

#include <array>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace courant {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct KnownTag {
  const char* name;
  const char* given;
  const char* canonical;
};

class KnownTagTest : public testing::TestWithParam<KnownTag> {};

TEST_P(KnownTagTest, HasACanonicalFormThatIsItsOwn) {
  EXPECT_EQ(CanonicalLanguageTag(GetParam().given), GetParam().canonical);
  EXPECT_EQ(CanonicalLanguageTag(GetParam().canonical), GetParam().canonical);
}

INSTANTIATE_TEST_SUITE_P(
    LanguageTag, KnownTagTest,
    testing::ValuesIn<KnownTag>({
        {"Language", "en", "en"},
        {"LanguageAndRegion", "ko-KR", "ko-KR"},
        {"OddCase", "EN-us", "en-US"},
        {"Script", "KO-hang", "ko-Hang"},
        {"ScriptAndRegion", "zh-hant-tw", "zh-Hant-TW"},
        {"RegionOfTheUnitedNations", "es-419", "es-419"},
        {"World", "en-001", "en-001"},
        {"ThreeLetters", "kor", "ko"},
        {"ThreeLettersAlone", "yue", "yue"},
        {"MacroLanguageMember", "cmn", "cmn"},
        {"ExtendedLanguage", "zh-yue", "yue"},
        {"Grandfathered", "i-klingon", "tlh"},
        {"OldCode", "iw", "he"},
        {"OldRegion", "de-DD", "de-DE"},
        {"Variant", "de-1996", "de-1996"},
        {"VariantInWords", "ca-valencia", "ca-valencia"},
        {"TwoVariants", "sl-rozaj-biske", "sl-biske-rozaj"},
        {"OldSpelling", "en-GB-oed", "en-GB-oxendict"},
        {"UnicodeExtension", "en-u-ca-gregory", "en-u-ca-gregory"},
        {"PrivatePart", "en-US-x-twain", "en-US-x-twain"},
        {"PrivateLanguage", "qaa", "qaa"},
        {"Undetermined", "und", "und"},
        {"UndeterminedWithScript", "und-Hang", "und-Hang"},
        {"ManyLanguages", "mul", "mul"},
        {"NoLanguage", "zxx", "zxx"},
    }),
    [](const auto& info) { return info.param.name; });

struct RefusedTag {
  const char* name;
  std::string tag;
  // What the advice proposes; empty when it can only give examples.
  const char* suggestion;
};

class RefusedTagTest : public testing::TestWithParam<RefusedTag> {};

TEST_P(RefusedTagTest, IsRefusedWithTheRightFormIfThereIsOne) {
  const RefusedTag& row = GetParam();
  EXPECT_EQ(CanonicalLanguageTag(row.tag), std::nullopt);
  const std::string advice = LanguageTagAdvice(row.tag);
  if (*row.suggestion == '\0') {
    EXPECT_THAT(advice, Not(HasSubstr("did you mean")));
    EXPECT_THAT(advice, HasSubstr("ko-KR"));
  } else {
    EXPECT_THAT(advice, HasSubstr(std::string("did you mean \"") +
                                  row.suggestion + "\"?"));
  }
}

INSTANTIATE_TEST_SUITE_P(
    LanguageTag, RefusedTagTest,
    testing::ValuesIn<RefusedTag>({
        {"Empty", "", ""},
        {"UnknownLanguage", "xx", ""},
        {"NonsenseAfterUnknown", "xx-invalid-tag-xyz", ""},
        {"NameOfALanguage", "english", "en"},
        {"NameInCapitals", "Korean", "ko"},
        {"Underscore", "en_US", "en-US"},
        {"UnderscoreAndCase", "KO_kr", "ko-KR"},
        {"SpacesAround", " en ", "en"},
        {"TrailingDash", "en-", ""},
        {"LeadingDash", "-en", ""},
        {"DoubleDash", "en--US", ""},
        {"TwoRegions", "en-US-GB", ""},
        {"UnknownRegion", "en-QX", ""},
        {"UnknownScript", "en-Qaaa", ""},
        {"UnknownVariant", "en-abcde", ""},
        {"WrongNameOfARegion", "en-UK", "en-GB"},
        {"NumberOfACountry", "en-840", "en-US"},
        {"PrivateAsAWhole", "x-klingon", ""},
        {"WordOfIcu", "root", ""},
        {"OneLetter", "c", ""},
        {"FourLetters", "abcd", ""},
        {"Hangul", "한국어", ""},
        {"NulInside", std::string("en\0US", 5), ""},
        {"KeywordOfIcu", "en@calendar=gregorian", ""},
        {"VeryLong", "en-" + std::string(5000, 'a'), ""},
        {"LongExtension",
         "en-x-" + std::string("abcdefgh-") + std::string(55, 'a'), ""},
    }),
    [](const auto& info) { return info.param.name; });

// Tags of these shapes are not asked of ICU one by one: what holds for the
// parts must hold for the whole.
TEST(CanonicalLanguageTagTest, EveryLanguageTakesEveryRegion) {
  int tags = 0;
  for (const char* const* language = uloc_getISOLanguages();
       *language != nullptr; ++language) {
    for (const char* const* region = uloc_getISOCountries(); *region != nullptr;
         ++region) {
      const std::string tag = absl::StrCat(*language, "-", *region);
      if (tag.size() != 5 ||
          CanonicalLanguageTag(*language) != std::string(*language)) {
        continue;
      }
      ++tags;
      ASSERT_EQ(CanonicalLanguageTag(tag), tag);
      std::array<char, 64> icu;
      UErrorCode error = U_ZERO_ERROR;
      uloc_toLanguageTag(absl::StrCat(*language, "_", *region).c_str(),
                         icu.data(), icu.size(), true, &error);
      ASSERT_EQ(absl::string_view(icu.data()), tag);
    }
  }
  EXPECT_GT(tags, 40000);
}

TEST(LanguageTagAdviceTest, QuotesNothingThatCouldDoHarm) {
  EXPECT_THAT(LanguageTagAdvice("en\n\x01<b>한"),
              HasSubstr(R"("en\n\x01<b>\xed\x95\x9c")"));
}

}  // namespace
}  // namespace courant

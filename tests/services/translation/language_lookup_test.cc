#include "services/translation/language_lookup.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace courant {
namespace {

using v1::LanguageVersion;

struct Case {
  std::vector<std::string> available;
  std::vector<std::string> ranges;
  // Empty: nothing fits.
  std::string language;
  LanguageVersion::Rule rule = LanguageVersion::RULE_UNSPECIFIED;
  std::string range;
};

class LanguageLookupTest : public testing::TestWithParam<Case> {};

TEST_P(LanguageLookupTest, FindsTheVersionAndSaysWhy) {
  const Case& given = GetParam();
  const auto answer =
      LookupLanguage({.available = given.available, .ranges = given.ranges});
  if (given.language.empty()) {
    EXPECT_FALSE(answer) << answer->language;
    return;
  }
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->language, given.language);
  EXPECT_EQ(answer->rule, given.rule)
      << LanguageVersion::Rule_Name(answer->rule);
  EXPECT_EQ(answer->range,
            given.range.empty() ? given.ranges.front() : given.range);
}

INSTANTIATE_TEST_SUITE_P(
    Table, LanguageLookupTest,
    testing::Values(
        Case{{"ko", "en"}, {"en"}, "en", LanguageVersion::EXACT},
        Case{{"ko", "en"}, {"en-GB"}, "en", LanguageVersion::LOOKUP},
        // A single letter goes with what stood behind it.
        Case{{"ko", "en"}, {"en-u-nu-latn"}, "en", LanguageVersion::LOOKUP},
        // The first range that matches wins, by lookup before likeness.
        Case{{"ko", "en"},
             {"fr", "en-US"},
             "en",
             LanguageVersion::LOOKUP,
             "en-US"},
        Case{{"ko", "pt-PT", "en"},
             {"pt-BR", "en"},
             "en",
             LanguageVersion::EXACT,
             "en"},
        Case{{"ko", "pt-PT"}, {"pt-BR"}, "pt-PT", LanguageVersion::NEAR},
        // Nobody gets a language that is not theirs for want of a better one.
        Case{{"ko", "en"}, {"fr"}, ""},
        // Nor a script that they did not ask for.
        Case{{"ko", "zh"}, {"zh-TW"}, ""},
        Case{{"ko", "zh", "zh-Hant"},
             {"zh-TW"},
             "zh-Hant",
             LanguageVersion::NEAR},
        Case{{"ko", "zh"}, {"zh-CN"}, "zh", LanguageVersion::LOOKUP},
        Case{{"ko", "sr"}, {"sr-Latn"}, ""},
        // The original, when asked for anything.
        Case{{"ko", "en"}, {"fr", "*"}, "ko", LanguageVersion::ANY, "*"},
        Case{{}, {"*"}, ""}));

TEST(LanguageLookupScriptTest, ServesAnotherScriptOnlyWhenThatIsAllowed) {
  LanguageQuestion question{.available = {"ko", "zh"}, .ranges = {"zh-TW"}};
  EXPECT_FALSE(LookupLanguage(question));
  question.allow_script_fallback = true;
  const auto answer = LookupLanguage(question);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->language, "zh");
  EXPECT_EQ(answer->rule, LanguageVersion::LOOKUP);
}

}  // namespace
}  // namespace courant

#include "services/importers/language_tag.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace courant::importers {
namespace {

TEST(LanguageTagTest, TagsBecomeCanonical) {
  struct {
    const char* given;
    const char* canonical;
  } const cases[] = {
      {"en", "en"},       {"EN", "en"},     {" ko ", "ko"},
      {"ko_kr", "ko-KR"}, {"kor", "ko"},    {"zh-hant-tw", "zh-Hant-TW"},
      {"English", "en"},  {"한국어", "ko"}, {"영어", "en"},
      {"iw", "he"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(CanonicalLanguage(c.given), c.canonical) << c.given;
  }
}

TEST(LanguageTagTest, WordsThatAreNoTagsAreNot) {
  for (const char* text :
       {"", " ", "und", "x-house", "e", "englisch", "en us", "en-", "한글",
        "a-tag-that-is-longer-than-any-that-was-ever-registered-in-the-"
        "world"}) {
    EXPECT_EQ(CanonicalLanguage(text), std::nullopt) << text;
  }
}

TEST(LanguageTagTest, HangulIsKorean) {
  for (const char* text :
       {"부두가 다시 문을 열었다.", "KTX·SRT 통합 운영 AI 시스템 도입",
        "大統領 회담을 마치고 귀국했다"}) {
    const std::optional<ToldLanguage> told = LanguageOfText(text);
    ASSERT_TRUE(told) << text;
    EXPECT_EQ(told->tag, "ko") << text;
    EXPECT_FALSE(told->assumed) << text;
  }
}

TEST(LanguageTagTest, LatinIsTakenForEnglishWithAnAssumption) {
  for (const char* text :
       {"The quay reopened.",
        "The minister (장관) spoke at length about the word 붕괴 on Monday."}) {
    const std::optional<ToldLanguage> told = LanguageOfText(text);
    ASSERT_TRUE(told) << text;
    EXPECT_EQ(told->tag, "en") << text;
    EXPECT_TRUE(told->assumed) << text;
  }
}

TEST(LanguageTagTest, KanaIsJapanese) {
  EXPECT_EQ(LanguageOfText("港は再び開いた。")->tag, "ja");
}

TEST(LanguageTagTest, OtherScriptsTellNothing) {
  for (const char* text : {"Порт снова открыт.", "港口重新开放", "1234", ""}) {
    EXPECT_FALSE(LanguageOfText(text)) << text;
  }
}

}  // namespace
}  // namespace courant::importers

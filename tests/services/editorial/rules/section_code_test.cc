#include "services/editorial/rules/section_code.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/editorial/rules/formats.h"

namespace courant {
namespace {

struct LabelCase {
  const char* name;
  std::string label;
  std::string code;
};

class SectionCodeTest : public testing::TestWithParam<LabelCase> {};

TEST_P(SectionCodeTest, IsMadeOfTheLabel) {
  v1::Section section;
  section.add_labels()->set_value(GetParam().label);
  const std::string code = MakeSectionCode(section);
  EXPECT_EQ(code, GetParam().code);
  EXPECT_EQ(MakeSectionCode(section), code);
  EXPECT_TRUE(HasFormat(Format::kSectionCode, code));
}

INSTANTIATE_TEST_SUITE_P(
    Section, SectionCodeTest,
    testing::ValuesIn<LabelCase>({
        {"Words", "Recent News", "recent-news"},
        {"Signs", "  Arts & Culture!  ", "arts-culture"},
        {"Apostrophe", "Editor's Choice", "editors-choice"},
        {"Digits", "24/7", "24-7"},
        {"Accents", "Économie et société", "economie-et-societe"},
        {"Hangul", "정치·외교", "jeongchi-oegyo"},
        {"HangulAndLatin", "IT 뉴스", "it-nyuseu"},
        {"Cyrillic", "Спорт", "sport"},
        {"Kana", "スポーツ", "supotsu"},
        {"PictureAlone", "\U0001F4F0", "u1f4f0"},
        {"SignsAlone", "!?", "u21-u3f"},
        {"Long", std::string(40, 'a') + " " + std::string(40, 'b'),
         std::string(40, 'a') + "-" + std::string(23, 'b')},
        {"CutAtADash", std::string(63, 'a') + " b", std::string(63, 'a')},
        {"VeryLong", std::string(60000, 'a'), std::string(64, 'a')},
    }),
    [](const auto& info) { return info.param.name; });

TEST(MakeSectionCodeTest, PrefersTheEnglishLabelSoThatAllVersionsAgree) {
  v1::Section section;
  v1::Text* const korean = section.add_labels();
  korean->set_language("ko");
  korean->set_value("스포츠");
  EXPECT_EQ(MakeSectionCode(section), "seupocheu");
  v1::Text* const english = section.add_labels();
  english->set_language("en-GB");
  english->set_value("Sport");
  EXPECT_EQ(MakeSectionCode(section), "sport");
}

TEST(MakeSectionCodeTest, IsEmptyWithoutWords) {
  v1::Section section;
  EXPECT_EQ(MakeSectionCode(section), "");
  section.add_labels();
  EXPECT_EQ(MakeSectionCode(section), "");
}

TEST(MakeSectionCodeTest, AnythingGivesACodeThatFits) {
  // Every 97th character there is, three at a time.
  for (char32_t c = 1; c < 0x110000; c += 97) {
    if (c >= 0xD800 && c < 0xE000) continue;
    std::string utf8;
    if (c < 0x80) {
      utf8.push_back(static_cast<char>(c));
    } else if (c < 0x800) {
      utf8 = {static_cast<char>(0xC0 | c >> 6),
              static_cast<char>(0x80 | (c & 0x3F))};
    } else if (c < 0x10000) {
      utf8 = {static_cast<char>(0xE0 | c >> 12),
              static_cast<char>(0x80 | (c >> 6 & 0x3F)),
              static_cast<char>(0x80 | (c & 0x3F))};
    } else {
      utf8 = {static_cast<char>(0xF0 | c >> 18),
              static_cast<char>(0x80 | (c >> 12 & 0x3F)),
              static_cast<char>(0x80 | (c >> 6 & 0x3F)),
              static_cast<char>(0x80 | (c & 0x3F))};
    }
    v1::Section section;
    section.add_labels()->set_value(absl::StrCat(utf8, utf8, utf8));
    ASSERT_TRUE(HasFormat(Format::kSectionCode, MakeSectionCode(section)))
        << std::hex << static_cast<uint32_t>(c);
  }
}

}  // namespace
}  // namespace courant

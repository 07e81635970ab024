#include "services/editorial/rules/text_scan.h"

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace courant {
namespace {

// The UTF-8 of a code point below U+10000.
std::string Utf8(uint32_t code_point) {
  if (code_point < 0x80) return std::string(1, static_cast<char>(code_point));
  std::string bytes;
  if (code_point < 0x800) {
    bytes.push_back(static_cast<char>(0xC0 | code_point >> 6));
  } else {
    bytes.push_back(static_cast<char>(0xE0 | code_point >> 12));
    bytes.push_back(static_cast<char>(0x80 | (code_point >> 6 & 0x3F)));
  }
  bytes.push_back(static_cast<char>(0x80 | (code_point & 0x3F)));
  return bytes;
}

bool MustBeForbidden(uint32_t c) {
  return (c < 0x20 && c != '\t' && c != '\n') || (c >= 0x7F && c <= 0x9F) ||
         c == 0xFFFE || c == 0xFFFF;
}

TEST(FindForbiddenCharacterTest, JudgesEveryCharacterOfTheBasicPlane) {
  for (uint32_t c = 0; c < 0x10000; ++c) {
    if (c >= 0xD800 && c < 0xE000) continue;
    const auto found = FindForbiddenCharacter(Utf8(c));
    ASSERT_EQ(found.has_value(), MustBeForbidden(c)) << std::hex << c;
    if (found) {
      EXPECT_EQ(found->code_point, c);
    }
  }
}

TEST(FindForbiddenCharacterTest, FindsItAtEveryPlaceOfATextOfEveryLength) {
  for (const absl::string_view bad :
       {"\x01", "\x7F", "\xC2\x85", "\xEF\xBF\xBF"}) {
    for (size_t size = 0; size < 100; ++size) {
      for (size_t place = 0; place <= size; ++place) {
        const std::string text = absl::StrCat(std::string(place, 'a'), bad,
                                              std::string(size - place, 'z'));
        const auto found = FindForbiddenCharacter(text);
        ASSERT_TRUE(found.has_value()) << size << " " << place;
        ASSERT_EQ(found->position, place);
      }
    }
  }
}

TEST(FindForbiddenCharacterTest, CountsThePlaceInCodePoints) {
  const auto found = FindForbiddenCharacter("붕괴\r");
  ASSERT_TRUE(found.has_value());
  EXPECT_EQ(found->code_point, 0x0Du);
  EXPECT_EQ(found->position, 2u);
}

TEST(FindForbiddenCharacterTest, AllowsMarksOfDirectionAndPictures) {
  EXPECT_FALSE(FindForbiddenCharacter("\u202Eabc\u202C \u200F \U0001F4F0"));
  EXPECT_FALSE(FindForbiddenCharacter("«ⓒ 2018» ＡＢＣ one\ttwo\nthree"));
}

TEST(CountCodePointsTest, CountsWhatAReaderOfUnicodeCounts) {
  EXPECT_EQ(CountCodePoints(""), 0u);
  EXPECT_EQ(CountCodePoints("abc"), 3u);
  EXPECT_EQ(CountCodePoints("붕괴"), 2u);
  EXPECT_EQ(CountCodePoints("a\U0001F4F0é"), 3u);
}

}  // namespace
}  // namespace courant

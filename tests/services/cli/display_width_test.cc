#include "services/cli/display_width.h"

#include <string>

#include "absl/strings/str_replace.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace courant {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct WidthCase {
  const char* name;
  const char* text;
  int columns;
};

class DisplayWidthTest : public testing::TestWithParam<WidthCase> {};

TEST_P(DisplayWidthTest, CountsColumnsOfATerminal) {
  EXPECT_EQ(DisplayWidth(GetParam().text), GetParam().columns);
}

INSTANTIATE_TEST_SUITE_P(
    Texts, DisplayWidthTest,
    testing::ValuesIn<WidthCase>({
        {"Nothing", "", 0},
        {"Ascii", "Rail talks", 10},
        {"Hangul", "붕괴", 4},
        {"HangulWithLatin", "KTX 운행", 8},
        {"ConjoiningHangulIsOneSyllable", "\u1112\u1161\u11ab", 2},
        {"Hanja", "北韓", 4},
        {"FullWidthLatin", "\uff21\uff22", 4},
        {"CombiningMarkTakesNone", "e\u0301", 1},
        {"CircledLetterIsNarrow", "ⓒ", 1},
        {"CurlyQuotesAreNarrow", "“”", 2},
        {"Emoji", "\U0001F4F0", 2},
        {"FamilyIsOneEmoji", "\U0001F468\u200d\U0001F469\u200d\U0001F467", 2},
        {"FlagIsOneEmoji", "\U0001F1F0\U0001F1F7", 2},
        {"ZeroWidthSpaceTakesNone", "a\u200bb", 2},
        {"BrokenByteTakesOne", "a\xff", 2},
    }),
    [](const auto& info) { return info.param.name; });

TEST(CutToWidthTest, TextThatFitsStaysWhole) {
  EXPECT_EQ(CutToWidth("붕괴", 4), "붕괴");
  EXPECT_EQ(CutToWidth("", 4), "");
}

TEST(CutToWidthTest, LongTextEndsInAnEllipsisWithinTheWidth) {
  EXPECT_EQ(CutToWidth("Rail talks resume", 10), "Rail talk…");
  EXPECT_EQ(CutToWidth("abc", 1), "…");
}

TEST(CutToWidthTest, AWideCharacterIsNeverHalved) {
  EXPECT_EQ(CutToWidth("붕괴론", 4), "붕…");
  EXPECT_EQ(CutToWidth("붕괴론", 5), "붕괴…");
}

TEST(CutToWidthTest, AMarkStaysWithItsLetter) {
  EXPECT_EQ(CutToWidth("e\u0301e\u0301e\u0301", 2), "e\u0301…");
}

TEST(CutToWidthTest, NoRoomGivesNothing) {
  EXPECT_EQ(CutToWidth("abc", 0), "");
  EXPECT_EQ(CutToWidth("abc", -5), "");
}

TEST(CutToWidthTest, EveryPrefixWidthIsKept) {
  const std::string text = "이 회담은 “KTX” 운행\u0301 \U0001F4F0 확대";
  for (int columns = 1; columns <= DisplayWidth(text) + 1; ++columns) {
    const std::string cut = CutToWidth(text, columns);
    EXPECT_LE(DisplayWidth(cut), columns);
    EXPECT_TRUE(IsUtf8(cut));
  }
}

TEST(PadToWidthTest, FillsUpWithSpacesAndNeverCuts) {
  EXPECT_EQ(PadToWidth("붕괴", 6), "붕괴  ");
  EXPECT_EQ(PadToWidth("붕괴", 3), "붕괴");
}

TEST(OneLineTest, AnEscapeSequenceCannotReachTheTerminal) {
  EXPECT_EQ(OneLine("a\x1b[2Jb"), "a\uFFFD[2Jb");
  EXPECT_EQ(OneLine("a\u009bb"), "a\uFFFDb");
  EXPECT_EQ(OneLine("a\rb"), "a\uFFFDb");
}

TEST(OneLineTest, LineBreaksBecomeSpaces) {
  EXPECT_EQ(OneLine("a\nb\tc"), "a b c");
  EXPECT_EQ(PrintableLines("a\nb\tc"), "a\nb\tc");
}

TEST(OneLineTest, DirectionCannotBeOverridden) {
  EXPECT_EQ(OneLine("a\u202eb"), "a\uFFFDb");
}

TEST(OneLineTest, BrokenBytesAreReplaced) {
  EXPECT_EQ(OneLine("a\xc3"), "a\uFFFD");
  EXPECT_FALSE(IsUtf8("a\xc3"));
  EXPECT_TRUE(IsUtf8("붕괴"));
}

TEST(WrapToWidthTest, BreaksAtSpaces) {
  EXPECT_THAT(WrapToWidth("one two three", 8), ElementsAre("one two", "three"));
  EXPECT_THAT(WrapToWidth("one two three", 7), ElementsAre("one two", "three"));
  EXPECT_THAT(WrapToWidth("one two three", 6),
              ElementsAre("one", "two", "three"));
}

TEST(WrapToWidthTest, ALongWordIsBrokenBetweenGraphemes) {
  EXPECT_THAT(WrapToWidth("a 붕괴흡수통일", 6),
              ElementsAre("a", "붕괴흡", "수통일"));
  EXPECT_THAT(WrapToWidth("붕괴", 1), ElementsAre("붕", "괴"));
}

TEST(WrapToWidthTest, WhatFitsStaysAsItIs) {
  EXPECT_THAT(WrapToWidth("", 5), IsEmpty());
  EXPECT_THAT(WrapToWidth("a  b", 4), ElementsAre("a  b"));
  EXPECT_THAT(WrapToWidth("one two three", 0), ElementsAre("one two three"));
}

TEST(WrapToWidthTest, NoLineIsTooLongAndNoWordIsLost) {
  const std::string text =
      "북한붕괴 흡수통일 인위적 통일을 추구하지 않겠다는 뜻 was \"corruption\" "
      "here";
  for (int columns = 2; columns < 80; ++columns) {
    std::string together;
    for (const std::string& line : WrapToWidth(text, columns)) {
      EXPECT_LE(DisplayWidth(line), columns);
      together += line;
    }
    EXPECT_EQ(absl::StrReplaceAll(together, {{" ", ""}}),
              absl::StrReplaceAll(text, {{" ", ""}}));
  }
}

}  // namespace
}  // namespace courant

#include "services/importers/unicode_text.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/string_view.h"

namespace courant::importers {
namespace {

TEST(UnicodeTextTest, WellFormedTextIsFine) {
  for (const char* text : {"", "plain", "한글 “따옴표” ⓒ", "a\tb\r\nc",
                           "\xf0\x9f\x93\xb0", "\xef\xbb\xbf"}) {
    EXPECT_FALSE(FindBadText(text)) << text;
  }
}

TEST(UnicodeTextTest, BadBytesAreFoundWhereTheyStand) {
  struct {
    absl::string_view text;
    size_t offset;
    const char* what;
    v1::ErrorReason reason;
  } const cases[] = {
      {"ab\xb1", 2, "is not UTF-8 (byte 0xb1)", v1::INVALID_UTF8},
      {"\xc0\xaf", 0, "is not UTF-8 (byte 0xc0)", v1::INVALID_UTF8},
      {"\xed\xa0\x80", 0, "is not UTF-8 (byte 0xed)", v1::INVALID_UTF8},
      {"한\xed\x95", 3, "is not UTF-8 (byte 0xed)", v1::INVALID_UTF8},
      {"\xf4\x90\x80\x80", 0, "is not UTF-8 (byte 0xf4)", v1::INVALID_UTF8},
      {absl::string_view("a\0b", 3), 1, "holds U+0000, which no text may hold",
       v1::FIELD_INVALID},
      {"a\x0b", 1, "holds U+000B, which no text may hold", v1::FIELD_INVALID},
      {"a\x7f", 1, "holds U+007F, which no text may hold", v1::FIELD_INVALID},
      {"a\xc2\x85", 1, "holds U+0085, which no text may hold",
       v1::FIELD_INVALID},
      {"\xef\xbf\xbe", 0, "holds U+FFFE, which no text may hold",
       v1::FIELD_INVALID},
  };
  for (const auto& c : cases) {
    const std::optional<BadText> bad = FindBadText(c.text);
    ASSERT_TRUE(bad) << c.what;
    EXPECT_EQ(bad->offset, c.offset) << c.what;
    EXPECT_EQ(bad->what, c.what);
    EXPECT_EQ(bad->reason, c.reason) << c.what;
  }
}

TEST(UnicodeTextTest, AllLineEndsBecomeLineFeeds) {
  EXPECT_EQ(WithLineFeeds("a\r\nb\rc\nd\r\r\n"), "a\nb\nc\nd\n\n");
}

TEST(UnicodeTextTest, SpaceIsWhateverUnicodeCallsWhiteSpace) {
  EXPECT_EQ(TrimSpace(" \t\u00a0\u3000본문 하나\u2009\n"), "본문 하나");
  EXPECT_EQ(TrimSpace("\u00a0 \n"), "");
  EXPECT_EQ(TrimSpace(""), "");
  // A joiner is part of the word beside it.
  EXPECT_EQ(TrimSpace("\u200da\u200d"), "\u200da\u200d");
  EXPECT_TRUE(IsBlank("\u3000\u00a0"));
  EXPECT_FALSE(IsBlank("\u200b"));
}

TEST(UnicodeTextTest, LineBreaksBecomeSpacesOnOneLine) {
  EXPECT_EQ(OnOneLine("one \n two\nthree  four\n"), "one two three  four");
}

TEST(UnicodeTextTest, LengthsAreInCodePointsAndColumns) {
  EXPECT_EQ(CountCodePoints("“한글”"), 4);
  EXPECT_EQ(FirstCodePoints("“한글”", 2), "“한");
  EXPECT_EQ(FirstCodePoints("ab", 9), "ab");
  EXPECT_EQ(PrintWidth("ab한글"), 6);
  EXPECT_EQ(CountCodePoints("a\xb1"), 2);
}

TEST(UnicodeTextTest, NamesBeginWithACapitalOrALetterWithoutCase) {
  EXPECT_TRUE(BeginsLikeName("Ångström"));
  EXPECT_TRUE(BeginsLikeName("홍길동"));
  EXPECT_FALSE(BeginsLikeName("roe"));
  EXPECT_FALSE(BeginsLikeName("7th"));
  EXPECT_FALSE(BeginsLikeName(""));
}

TEST(UnicodeTextTest, QuotedTextIsShortAndOnOneLine) {
  EXPECT_EQ(Quoted(" two\nlines "), "\"two lines\"");
  EXPECT_EQ(Quoted("a\x07z\xb1"), "\"a?z?\"");
  EXPECT_EQ(Quoted(std::string(61, 'x')), "\"" + std::string(60, 'x') + "…\"");
}

TEST(UnicodeTextTest, LettersAreCountedByScript) {
  const LetterCounts counts = CountLetters("한글 abc カナ 漢 яя 123");
  EXPECT_EQ(counts.hangul, 2);
  EXPECT_EQ(counts.latin, 3);
  EXPECT_EQ(counts.kana, 2);
  EXPECT_EQ(counts.other, 3);
}

}  // namespace
}  // namespace courant::importers

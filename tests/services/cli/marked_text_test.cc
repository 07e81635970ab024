#include "services/cli/marked_text.h"

#include <random>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace courant {
namespace {

using ::testing::HasSubstr;

v1::Mark MarkOf(v1::Mark::Type type, int start, int end,
                const std::string& href = "") {
  v1::Mark mark;
  mark.set_type(type);
  mark.set_start(start);
  mark.set_end(end);
  mark.set_href(href);
  return mark;
}

v1::RichText TextOf(const std::string& words,
                    const std::vector<v1::Mark>& marks = {}) {
  v1::RichText text;
  text.set_text(words);
  for (const v1::Mark& mark : marks) *text.add_marks() = mark;
  return text;
}

// `marked` read with `palette`, or "LINES: what is wrong".
std::string ErrorIn(const std::string& marked, const MarkPalette& palette) {
  v1::RichText text;
  MarkError error;
  if (ReadMarkedText(marked, palette, text, error)) return "none";
  return std::to_string(error.lines_above) + ": " + error.what;
}

TEST(MarkedTextTest, MarksAreCountedInCodePoints) {
  const v1::RichText text =
      TextOf("장관은 붕괴라고 했다", {MarkOf(v1::Mark::STRONG, 4, 6)});
  EXPECT_EQ(MarkedText(text, PaletteOf({&text})),
            "장관은 ⟦1⟧붕괴⟦/1⟧라고 했다");
}

TEST(MarkedTextTest, TheOuterMarkOpensFirst) {
  const v1::RichText text =
      TextOf("a bc", {MarkOf(v1::Mark::EMPHASIS, 0, 1),
                      MarkOf(v1::Mark::LINK, 0, 4, "https://a.example"),
                      MarkOf(v1::Mark::EMPHASIS, 2, 4)});
  const MarkPalette palette = PaletteOf({&text});
  EXPECT_EQ(PaletteText(palette), "1 link https://a.example, 2 emphasis");
  EXPECT_EQ(MarkedText(text, palette), "⟦1⟧⟦2⟧a⟦/2⟧ ⟦2⟧bc⟦/2⟧⟦/1⟧");
}

TEST(MarkedTextTest, TheSignItselfIsWrittenTwice) {
  const v1::RichText text = TextOf("⟦1⟧ is no mark ⟦", {});
  EXPECT_EQ(MarkedText(text, {}), "⟦⟦1⟧ is no mark ⟦⟦");
  v1::RichText back;
  MarkError error;
  ASSERT_TRUE(ReadMarkedText(MarkedText(text, {}), {}, back, error));
  EXPECT_EQ(back.text(), text.text());
  EXPECT_TRUE(back.marks().empty());
}

TEST(MarkedTextTest, WhatNoServerMakesIsLeftOut) {
  const v1::RichText text = TextOf(
      "abcdef", {MarkOf(v1::Mark::STRONG, 0, 4), MarkOf(v1::Mark::CODE, 2, 6),
                 MarkOf(v1::Mark::CODE, 3, 3), MarkOf(v1::Mark::CODE, 5, 9),
                 MarkOf(v1::Mark::CODE, -2, 1)});
  EXPECT_EQ(MarkedText(text, PaletteOf({&text})), "⟦2⟧abcd⟦/2⟧ef");
}

TEST(MarkedTextTest, AMarkCanBeUsedAsOftenAsTheWordsNeed) {
  v1::RichText text;
  MarkError error;
  ASSERT_TRUE(ReadMarkedText("⟦1⟧붕⟦/1⟧ and ⟦1⟧b⟦/1⟧",
                             {MarkOf(v1::Mark::STRONG, 0, 0)}, text, error));
  EXPECT_EQ(text.text(), "붕 and b");
  ASSERT_EQ(text.marks_size(), 2);
  EXPECT_EQ(text.marks(0).start(), 0);
  EXPECT_EQ(text.marks(0).end(), 1);
  EXPECT_EQ(text.marks(1).start(), 6);
  EXPECT_EQ(text.marks(1).end(), 7);
}

TEST(MarkedTextTest, SaysWhatIsWrongAndInWhichLine) {
  const MarkPalette two = {MarkOf(v1::Mark::STRONG, 0, 0),
                           MarkOf(v1::Mark::CODE, 0, 0)};
  EXPECT_THAT(ErrorIn("a\nb ⟦3⟧c⟦/3⟧", two), HasSubstr("1: there is no mark"));
  EXPECT_THAT(ErrorIn("⟦0⟧c⟦/0⟧", two), HasSubstr("begins no mark"));
  EXPECT_THAT(ErrorIn("a ⟦1⟧b\nc", two), HasSubstr("0: ⟦1⟧ does not end"));
  EXPECT_THAT(ErrorIn("⟦1⟧a⟦2⟧b⟦/1⟧c⟦/2⟧", two), HasSubstr("not the last"));
  EXPECT_THAT(ErrorIn("b⟦/1⟧", two), HasSubstr("not the last"));
  EXPECT_THAT(ErrorIn("⟦1⟧⟦/1⟧", two), HasSubstr("marks no words"));
  EXPECT_THAT(ErrorIn("⟦", two), HasSubstr("begins no mark"));
  EXPECT_THAT(ErrorIn("⟦1", two), HasSubstr("begins no mark"));
  EXPECT_THAT(ErrorIn("⟦99999999999⟧", two), HasSubstr("begins no mark"));
}

// A text with marks that nest, as a server takes them.
v1::RichText AnyText(std::mt19937& random) {
  static const char* const kPieces[] = {"a", "붕", "⟦", "⟧", "1",
                                        "/", "\n", " ", "é", "😀"};
  const auto below = [&random](int n) {
    return static_cast<int>(random() % static_cast<unsigned>(n));
  };
  v1::RichText text;
  const int size = 1 + below(12);
  for (int i = 0; i < size; ++i)
    text.mutable_text()->append(kPieces[below(10)]);
  int start = 0;
  int end = size;
  while (start < end && below(3) > 0) {
    *text.add_marks() = MarkOf(static_cast<v1::Mark::Type>(1 + below(3)), start,
                               end, below(2) > 0 ? "https://a.example" : "");
    start += below(2);
    end -= 1 + below(2);
  }
  return text;
}

TEST(MarkedTextTest, AnyTextComesBack) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  for (int i = 0; i < 3000; ++i) {
    const v1::RichText text = AnyText(random);
    const MarkPalette palette = PaletteOf({&text});
    const std::string marked = MarkedText(text, palette);
    v1::RichText back;
    MarkError error;
    ASSERT_TRUE(ReadMarkedText(marked, palette, back, error))
        << marked << ": " << error.what;
    EXPECT_EQ(back.SerializeAsString(), text.SerializeAsString()) << marked;
  }
}

}  // namespace
}  // namespace courant

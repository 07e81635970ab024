#include "services/cli/word_diff.h"

#include <random>
#include <string>

#include "gtest/gtest.h"

namespace courant {
namespace {

std::string Plain(const std::string& was, const std::string& now) {
  return ChangedWords(was, now, WordSpans(was, now), Terminal::None());
}

v1::DiffSpan SpanOf(int was_start, int was_end, int now_start, int now_end) {
  v1::DiffSpan span;
  span.set_was_start(was_start);
  span.set_was_end(was_end);
  span.set_now_start(now_start);
  span.set_now_end(now_end);
  return span;
}

TEST(WordDiffTest, MarksWholeWords) {
  EXPECT_EQ(
      Plain("He spoke of corruption today.", "He spoke of collapse today."),
      "He spoke of [-corruption-]{+collapse+} today.");
  EXPECT_EQ(Plain("장관은 부패라고 했다", "장관은 붕괴라고 했다"),
            "장관은 [-부패라고-]{+붕괴라고+} 했다");
}

TEST(WordDiffTest, MarksWhatCameAndWhatWent) {
  EXPECT_EQ(Plain("a b", "a new b"), "a {+new +}b");
  EXPECT_EQ(Plain("a old b", "a b"), "a [-old -]b");
  EXPECT_EQ(Plain("", "all"), "{+all+}");
  EXPECT_EQ(Plain("all", ""), "[-all-]");
  EXPECT_EQ(Plain("same", "same"), "same");
  EXPECT_EQ(Plain("", ""), "");
}

TEST(WordDiffTest, ScriptsWithoutSpacesAreComparedByCharacter) {
  EXPECT_EQ(Plain("大臣は汚職と述べた", "大臣は崩壊と述べた"),
            "大臣は[-汚職-]{+崩壊+}と述べた");
}

TEST(WordDiffTest, ShowsColourInsteadOfBracketsWhereThereIs) {
  const Terminal screen = Terminal::Screen(80, Terminal::Colour::kOn);
  EXPECT_EQ(ChangedWords("a b", "a c", WordSpans("a b", "a c"), screen),
            "a \x1b[9;31mb\x1b[0m\x1b[1;32mc\x1b[0m");
}

TEST(WordDiffTest, SpansOfAServerAreCutToTheTexts) {
  EXPECT_EQ(ChangedWords("ab", "cd", {SpanOf(-5, 99, 1, 99)}, Terminal::None()),
            "c[-ab-]{+d+}");
  EXPECT_EQ(ChangedWords("ab", "cd", {SpanOf(7, 3, 9, 2)}, Terminal::None()),
            "cd");
  // One that lies over the one before shows nothing twice.
  EXPECT_EQ(ChangedWords("ab", "cdef", {SpanOf(0, 1, 0, 3), SpanOf(1, 2, 1, 4)},
                         Terminal::None()),
            "[-a-]{+cde+}[-b-]{+f+}");
}

TEST(WordDiffTest, CannotRewriteTheScreen) {
  EXPECT_EQ(Plain("a\x1b[2J", "b\n"), "[-a\uFFFD[2J-]{+b +}");
}

// `now` as the spans make it out of `was`.
std::string Applied(const std::string& was, const std::string& now,
                    const std::vector<v1::DiffSpan>& spans) {
  std::string text;
  int place = 0;
  for (const v1::DiffSpan& span : spans) {
    text += was.substr(place, span.was_start() - place);
    text += now.substr(span.now_start(), span.now_end() - span.now_start());
    place = span.was_end();
  }
  return text + was.substr(place);
}

TEST(WordDiffTest, SpansLeadFromOneTextToTheOther) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937 random(seed);
  const auto any = [&random] {
    std::string text;
    for (unsigned i = random() % 12; i > 0; --i) text += "ab .,"[random() % 5];
    return text;
  };
  for (int i = 0; i < 3000; ++i) {
    const std::string was = any();
    const std::string now = any();
    EXPECT_EQ(Applied(was, now, WordSpans(was, now)), now) << was << "|" << now;
  }
}

TEST(WordDiffTest, LongTextsTakeNoLongTable) {
  std::string was;
  for (int i = 0; i < 20000; ++i) was += "word ";
  std::string now = was;
  now.replace(50000, 4, "wort");
  const auto spans = WordSpans(was, now);
  ASSERT_EQ(spans.size(), 1u);
  EXPECT_EQ(Applied(was, now, spans), now);
}

}  // namespace
}  // namespace courant

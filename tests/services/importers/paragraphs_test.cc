#include "services/importers/paragraphs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/string_view.h"

namespace courant::importers {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ParagraphsTest, BlankLinesSeparate) {
  const Paragraphs result = SplitParagraphs("\n\none\n\n\n two\nlines\n\n");
  EXPECT_THAT(result.texts, ElementsAre("one", "two\nlines"));
}

TEST(ParagraphsTest, ALineOfSpacesIsBlank) {
  const Paragraphs result = SplitParagraphs("one\n \u00a0\t\ntwo");
  EXPECT_THAT(result.texts, ElementsAre("one", "two"));
  EXPECT_FALSE(result.trimmed);
}

TEST(ParagraphsTest, SpaceAroundAParagraphGoesAndIsTold) {
  const Paragraphs result = SplitParagraphs("one \u00a0\n\ntwo");
  EXPECT_THAT(result.texts, ElementsAre("one", "two"));
  EXPECT_TRUE(result.trimmed);
  EXPECT_FALSE(SplitParagraphs("one\n\ntwo\n\n").trimmed);
}

TEST(ParagraphsTest, SpaceWithinAParagraphStays) {
  const absl::string_view text = "one  two \n  three";
  EXPECT_THAT(SplitParagraphs(text).texts, ElementsAre(text));
}

TEST(ParagraphsTest, NothingHasNoParagraphs) {
  EXPECT_THAT(SplitParagraphs("").texts, IsEmpty());
  EXPECT_THAT(SplitParagraphs("\n \n").texts, IsEmpty());
}

}  // namespace
}  // namespace courant::importers

#include "services/cli/article_fields.h"

#include <sstream>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/cli/filter_text.h"
#include "services/filter/filter.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(SplitParagraphsTest, AnEmptyLineEndsAParagraph) {
  EXPECT_THAT(SplitParagraphs("one\n\ntwo\n \t\n\nthree\n"),
              ElementsAre("one", "two", "three"));
}

TEST(SplitParagraphsTest, LineBreaksWithinAParagraphAreKept) {
  EXPECT_THAT(SplitParagraphs("a\nb\n\n  c"), ElementsAre("a\nb", "  c"));
}

TEST(SplitParagraphsTest, DosLineEndsAndAByteOrderMarkAreDropped) {
  EXPECT_THAT(SplitParagraphs("\xef\xbb\xbf"
                              "a\r\nb\r\n\r\nc\r\n"),
              ElementsAre("a\nb", "c"));
}

TEST(SplitParagraphsTest, NothingHasNoParagraph) {
  EXPECT_THAT(SplitParagraphs(""), IsEmpty());
  EXPECT_THAT(SplitParagraphs("\n \n"), IsEmpty());
}

TEST(ArticleNameTest, TheFirstPartMayBeLeftOut) {
  EXPECT_EQ(ArticleName("a"), "articles/a");
  EXPECT_EQ(ArticleName("articles/a"), "articles/a");
  EXPECT_EQ(StoryName("s"), "stories/s");
}

TEST(ReadArticleFieldsTest, NamesExactlyTheFieldsThatWereGiven) {
  Arguments given;
  given.Add("headline", {"Rail talks"});
  given.Add("section", {"news", "Recent News"});
  given.Add("deck", {""});
  given.Add("body", {"-"});
  std::istringstream in("one\n\ntwo");
  v1::Article article;
  COURANT_ASSERT_OK_AND_ASSIGN(
      const auto mask,
      ReadArticleFields(given, in, absl::UnixEpoch(), article));
  EXPECT_THAT(mask.paths(),
              ElementsAre("headline", "sections", "decks", "body"));
  EXPECT_EQ(article.headline().value(), "Rail talks");
  ASSERT_EQ(article.sections_size(), 2);
  EXPECT_EQ(article.sections(0).code(), "news");
  EXPECT_EQ(article.sections(1).code(), "");
  EXPECT_EQ(article.sections(1).labels(0).value(), "Recent News");
  EXPECT_EQ(article.decks_size(), 0);
  ASSERT_EQ(article.body_size(), 2);
  EXPECT_EQ(article.body(1).paragraph().text().text(), "two");
}

TEST(FilterTextTest, PartsMustAllHold) {
  FilterText filter;
  filter.AddAnyOf("section", "=", {});
  filter.AddAnyOf("language", ":", {"en", "ko"});
  filter.AddAnyOf("section", "=", {"sport"});
  filter.AddExpression("kind=TEXT OR kind=VIDEO");
  EXPECT_EQ(filter.Take(),
            "(language:\"en\" OR language:\"ko\") AND section=\"sport\" AND "
            "(kind=TEXT OR kind=VIDEO)");
}

TEST(FilterTextTest, AnExpressionAloneStaysAsItIs) {
  FilterText filter;
  filter.AddExpression("section=sport");
  EXPECT_EQ(filter.Take(), "section=sport");
  EXPECT_EQ(FilterText().Take(), "");
}

TEST(FilterTextTest, TheServerReadsWhatItWrites) {
  FilterText filter;
  filter.AddAnyOf("section", "=", {"sport", "news"});
  filter.AddAnyOf("language", ":", {"en"});
  filter.AddAnyOf("subject", "=", {"medtop:20000639"});
  filter.AddAnyOf("story", "=", {"stories/a"});
  filter.AddAnyOf("state", "=", {"DRAFT"});
  filter.AddAnyOf("source", "=", {"a \"quoted\" \\ source"});
  filter.AddAnyOf("publish_time", ">=", {"2026-11-23T17:45:43Z"});
  filter.AddExpression("NOT kind=VIDEO");
  EXPECT_THAT(Filter::Parse(filter.Take(), FieldSet::kArticles), IsOk());
}

}  // namespace
}  // namespace courant

#include "services/editorial/rules/attributes.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/services/editorial/rules/sample_article.h"

namespace courant {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(AttributesOfTest, TakesWhatFiltersCompare) {
  const storage::v1::Attributes attributes = AttributesOf(ParseArticle(R"pb(
    language: "ko-KR"
    story: "stories/summit"
    state: PUBLISHED
    kind: PICTURE
    urgency: 2
    sections { code: "politics" }
    sections { labels { value: "without a code" } }
    sections { code: "world" }
    subjects { qcode: "medtop:20000639" }
    subjects { uri: "https://example.org/only-a-uri" }
    provenance { source_system: "example.org" }
  )pb"));
  EXPECT_THAT(attributes.sections(), ElementsAre("politics", "world"));
  EXPECT_THAT(attributes.subjects(), ElementsAre("medtop:20000639"));
  EXPECT_EQ(attributes.language(), "ko-KR");
  EXPECT_EQ(attributes.story(), "stories/summit");
  EXPECT_EQ(attributes.state(), v1::Article::PUBLISHED);
  EXPECT_EQ(attributes.kind(), v1::Article::PICTURE);
  EXPECT_EQ(attributes.source(), "example.org");
  EXPECT_EQ(attributes.urgency(), 2);
}

TEST(AttributesOfTest, AnEmptyArticleHasNone) {
  const storage::v1::Attributes attributes = AttributesOf(v1::Article());
  EXPECT_THAT(attributes.sections(), IsEmpty());
  EXPECT_EQ(attributes.list_time_us(), 0);
}

TEST(AttributesOfTest, OrdersByTheTimeOfTheSourceThenOfTheWireThenOfCreation) {
  v1::Article article = ParseArticle(R"pb(create_time { seconds: 30 })pb");
  EXPECT_EQ(AttributesOf(article).list_time_us(), 30'000'000);
  article.mutable_publish_time()->set_seconds(20);
  EXPECT_EQ(AttributesOf(article).list_time_us(), 20'000'000);
  article.mutable_first_published()->set_seconds(10);
  EXPECT_EQ(AttributesOf(article).list_time_us(), 10'000'000);
}

TEST(AttributesOfTest, TheFirstMomentOf1970IsATime) {
  const v1::Article article = ParseArticle(R"pb(
    first_published {}
    create_time { seconds: 30 }
  )pb");
  EXPECT_EQ(AttributesOf(article).list_time_us(), 0);
}

TEST(AttributesOfTest, RoundsDownToMicrosecondsOnBothSidesOf1970) {
  EXPECT_EQ(AttributesOf(ParseArticle(R"pb(
              first_published { seconds: 1 nanos: 1999 }
            )pb"))
                .list_time_us(),
            1'000'001);
  EXPECT_EQ(AttributesOf(ParseArticle(R"pb(
              first_published { seconds: -1 nanos: 999999999 }
            )pb"))
                .list_time_us(),
            -1);
  EXPECT_EQ(AttributesOf(ParseArticle(R"pb(
              first_published { seconds: -62135596800 }
            )pb"))
                .list_time_us(),
            -62135596800'000'000);
}

}  // namespace
}  // namespace courant

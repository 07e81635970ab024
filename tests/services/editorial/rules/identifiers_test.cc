#include "services/editorial/rules/identifiers.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/errors/reason.h"
#include "tests/services/editorial/rules/sample_article.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using ::testing::ElementsAre;

struct IdCase {
  const char* name;
  std::string id;
  v1::ErrorReason want;
};

constexpr v1::ErrorReason kFine = v1::ERROR_REASON_UNSPECIFIED;

class ArticleIdTest : public testing::TestWithParam<IdCase> {};

TEST_P(ArticleIdTest, IsJudgedAndTheFieldNamed) {
  const absl::Status status = ValidateArticleId(GetParam().id, "article_id");
  EXPECT_EQ(ReasonOf(status), GetParam().want) << status;
  EXPECT_EQ(status.ok(), GetParam().want == kFine);
  EXPECT_EQ(IsResourceId(GetParam().id), status.ok());
  if (!status.ok()) {
    EXPECT_THAT(FieldsOf(status), ElementsAre("article_id"));
  }
}

INSTANTIATE_TEST_SUITE_P(Identifiers, ArticleIdTest,
                         testing::ValuesIn<IdCase>({
                             {"OneLetter", "a", kFine},
                             {"FirstADigit", "2018-summit", kFine},
                             {"SixtyFour", std::string(64, 'a'), kFine},
                             {"SixtyFive", std::string(65, 'a'),
                              v1::FIELD_TOO_LONG},
                             {"Empty", "", v1::FIELD_REQUIRED},
                             {"FirstADash", "-a", v1::FIELD_INVALID},
                             {"Capitals", "Summit", v1::FIELD_INVALID},
                             {"Slash", "a/b", v1::FIELD_INVALID},
                             {"Dot", "..", v1::FIELD_INVALID},
                             {"Underscore", "a_b", v1::FIELD_INVALID},
                             {"Space", "a b", v1::FIELD_INVALID},
                             {"Hangul", "뉴스", v1::FIELD_INVALID},
                             {"Nul", std::string("a\0b", 3), v1::FIELD_INVALID},
                         }),
                         [](const auto& info) { return info.param.name; });

class RequestIdTest : public testing::TestWithParam<IdCase> {};

TEST_P(RequestIdTest, IsJudgedAndTheFieldNamed) {
  const absl::Status status = ValidateRequestId(GetParam().id, "request_id");
  EXPECT_EQ(ReasonOf(status), GetParam().want) << status;
  if (!status.ok()) {
    EXPECT_THAT(FieldsOf(status), ElementsAre("request_id"));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Identifiers, RequestIdTest,
    testing::ValuesIn<IdCase>({
        {"Empty", "", kFine},
        {"Lower", "123e4567-e89b-42d3-a456-426614174000", kFine},
        {"Upper", "123E4567-E89B-42D3-A456-426614174000", kFine},
        {"WithoutDashes", "123e4567e89b42d3a456426614174000",
         v1::FIELD_INVALID},
        {"Braces", "{123e4567-e89b-42d3-a456-426614174000}", v1::FIELD_INVALID},
        {"NotHexadecimal", "123e4567-e89b-42d3-a456-42661417400g",
         v1::FIELD_INVALID},
        {"DashMoved", "123e4567e-89b-42d3-a456-426614174000",
         v1::FIELD_INVALID},
        {"Short", "123e4567", v1::FIELD_INVALID},
        {"VeryLong", std::string(5000, 'a'), v1::FIELD_INVALID},
    }),
    [](const auto& info) { return info.param.name; });

class ActorTest : public testing::TestWithParam<IdCase> {};

TEST_P(ActorTest, IsJudgedAndTheFieldNamed) {
  const absl::Status status = ValidateActor(GetParam().id, "courant-actor");
  EXPECT_EQ(ReasonOf(status), GetParam().want) << status;
  if (!status.ok()) {
    EXPECT_THAT(FieldsOf(status), ElementsAre("courant-actor"));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Identifiers, ActorTest,
    testing::ValuesIn<IdCase>({
        {"Desk", "desk/kim", kFine},
        {"Mail", "kim@example.org", kFine},
        {"HundredAndTwentyEight", std::string(128, 'a'), kFine},
        {"HundredAndTwentyNine", std::string(129, 'a'), v1::FIELD_TOO_LONG},
        {"Empty", "", v1::FIELD_REQUIRED},
        {"LineFeed", "desk\nkim", v1::FIELD_INVALID},
        {"Tab", "desk\tkim", v1::FIELD_INVALID},
        {"Nul", std::string("a\0", 2), v1::FIELD_INVALID},
        {"NotUtf8", "desk/\xFF", v1::INVALID_UTF8},
    }),
    [](const auto& info) { return info.param.name; });

TEST(ParseArticleNameTest, ReturnsTheId) {
  EXPECT_THAT(ParseArticleName("articles/summit-2018", "name"),
              IsOkAndHolds(std::string("summit-2018")));
  EXPECT_EQ(ArticleName("summit-2018"), "articles/summit-2018");
}

TEST(ParseArticleNameTest, RefusesWhatIsNotTheNameOfAnArticle) {
  EXPECT_EQ(ReasonOf(ParseArticleName("", "name").status()),
            v1::FIELD_REQUIRED);
  for (const absl::string_view name :
       {"summit", "articles/", "articles", "/articles/a", "Articles/a",
        "articles/a/", "articles/a/revisions/1", "stories/a", "articles/A"}) {
    const absl::Status status = ParseArticleName(name, "names[2]").status();
    EXPECT_EQ(ReasonOf(status), v1::FIELD_INVALID) << name;
    EXPECT_THAT(FieldsOf(status), ElementsAre("names[2]"));
  }
}

TEST(ParseRevisionNameTest, ReturnsItsParts) {
  COURANT_ASSERT_OK_AND_ASSIGN(
      const RevisionName name,
      ParseRevisionName("articles/summit/revisions/12", "name"));
  EXPECT_EQ(name.article_id, "summit");
  EXPECT_EQ(name.revision, Revision(12));
  EXPECT_THAT(
      ParseRevisionName("articles/a/revisions/9223372036854775807", "name"),
      IsOk());
}

TEST(ParseRevisionNameTest, RefusesWhatIsNotTheNameOfARevision) {
  EXPECT_EQ(ReasonOf(ParseRevisionName("", "name").status()),
            v1::FIELD_REQUIRED);
  for (const absl::string_view name :
       {"articles/a", "articles/a/revisions/", "articles/a/revisions/0",
        "articles/a/revisions/01", "articles/a/revisions/+1",
        "articles/a/revisions/-1", "articles/a/revisions/ 1",
        "articles/a/revisions/1/", "articles/a/revisions/1/revisions/2",
        "articles//revisions/1", "articles/A/revisions/1", "/revisions/1",
        "articles/a/revisions/9223372036854775808",
        "articles/a/revisions/99999999999999999999999"}) {
    const absl::Status status = ParseRevisionName(name, "name").status();
    EXPECT_EQ(ReasonOf(status), v1::FIELD_INVALID) << name;
    EXPECT_THAT(FieldsOf(status), ElementsAre("name"));
  }
}

}  // namespace
}  // namespace courant

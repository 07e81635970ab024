// What an update says about the source of an article is checked as it is when
// the article is made.

#include <string>

#include "courant/v1/article_service.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/errors/reason.h"
#include "tests/services/translation/desk_fixture.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using testing::HasSubstr;

class BoundByUpdateTest : public ::testing::Test {
 protected:
  void SetUp() override {
    COURANT_ASSERT_OK_AND_ASSIGN(source_, desk_.Create(ASource()));
  }

  // An article of the same story in Spanish, which says nothing of the source.
  absl::StatusOr<v1::Article> Make(bool draft) {
    v1::Article article = ASource();
    article.set_language("es");
    article.set_story(source_.story());
    return desk_.Create(article, draft);
  }

  absl::StatusOr<v1::Article> Bind(v1::Article article,
                                   const std::string& source,
                                   int64_t revision = 0) {
    article.clear_etag();
    article.clear_translation_of();
    article.mutable_translation_of()->set_article(source);
    article.mutable_translation_of()->set_revision(revision);
    return desk_.Update(article, {"translation_of"});
  }

  template <typename Request>
  absl::StatusOr<v1::Article> Do(const char* method, const std::string& name,
                                 Request request = {}) {
    request.set_name(name);
    return desk_.Call<v1::Article>(method, request);
  }

  DeskFixture desk_;
  v1::Article source_;
};

TEST_F(BoundByUpdateTest, TakesWhatFollowsFromTheSource) {
  COURANT_ASSERT_OK_AND_ASSIGN(v1::Article article, Make(/*draft=*/true));
  COURANT_ASSERT_OK_AND_ASSIGN(article, Bind(article, source_.name()));
  EXPECT_EQ(article.translation_of().revision(), 1);
  EXPECT_EQ(article.translation_of().language(), "ko");
  // Said again, it is the same.
  source_.set_byline("Kim");
  COURANT_ASSERT_OK_AND_ASSIGN(source_, desk_.Update(source_, {"byline"}));
  const int64_t before = desk_.Tail();
  COURANT_ASSERT_OK_AND_ASSIGN(article, Bind(article, source_.name()));
  EXPECT_EQ(article.translation_of().revision(), 1);
  EXPECT_EQ(desk_.Tail(), before);
  COURANT_ASSERT_OK_AND_ASSIGN(article, Bind(article, source_.name(), 2));
  EXPECT_EQ(article.translation_of().revision(), 2);
}

TEST_F(BoundByUpdateTest, NamesAnArticleAndOneOfItsRevisions) {
  COURANT_ASSERT_OK_AND_ASSIGN(const v1::Article article, Make(true));
  EXPECT_THAT(Bind(article, "articles/nobody"),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Bind(article, source_.name(), 2),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("article.translation_of.revision")));
  ASSERT_THAT(Bind(article, source_.name(), 1), IsOk());
  EXPECT_THAT(Bind(article, source_.name(), 2),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("article.translation_of.revision")));
}

TEST_F(BoundByUpdateTest, IsOfTheStoryOfItsSource) {
  v1::Article article = ASource();
  COURANT_ASSERT_OK_AND_ASSIGN(article, desk_.Create(article, true));
  EXPECT_THAT(
      Bind(article, source_.name()),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("article.story")));
}

TEST_F(BoundByUpdateTest, IsNotMadeFromWhatWasMadeFromIt) {
  COURANT_ASSERT_OK_AND_ASSIGN(v1::Article article, Make(true));
  COURANT_ASSERT_OK_AND_ASSIGN(article, Bind(article, source_.name()));
  EXPECT_THAT(Bind(source_, article.name()),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("article.translation_of.article")));
  v1::Article third = ASource();
  third.set_language("pt");
  third.mutable_translation_of()->set_article(article.name());
  COURANT_ASSERT_OK_AND_ASSIGN(third, desk_.Create(third, true));
  EXPECT_THAT(Bind(source_, third.name()),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("article.translation_of.article")));
}

// By no other way in either.
TEST_F(BoundByUpdateTest, ARefileIsCheckedTheSameWay) {
  COURANT_ASSERT_OK_AND_ASSIGN(v1::Article article, Make(true));
  COURANT_ASSERT_OK_AND_ASSIGN(article, Bind(article, source_.name()));
  v1::RefileArticleRequest refile;
  refile.mutable_article()->mutable_translation_of()->set_article(
      article.name());
  refile.mutable_update_mask()->add_paths("translation_of");
  EXPECT_THAT(Do("RefileArticle", source_.name(), refile),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("article.translation_of.article")));
}

// What is out cannot be tied to what is not, or is out no more.
TEST_F(BoundByUpdateTest, WhatIsOutHasASourceThatIs) {
  COURANT_ASSERT_OK_AND_ASSIGN(const v1::Article article, Make(false));
  v1::Article other = ASource();
  other.set_story(source_.story());
  COURANT_ASSERT_OK_AND_ASSIGN(const v1::Article draft,
                               desk_.Create(other, true));
  EXPECT_EQ(ReasonIn(Bind(article, draft.name()).status()),
            "SOURCE_NOT_PUBLISHED");
  other.mutable_embargo_until()->set_seconds(
      absl::ToUnixSeconds(desk_.clock.Now() + absl::Hours(1)));
  COURANT_ASSERT_OK_AND_ASSIGN(const v1::Article embargoed,
                               desk_.Create(other));
  EXPECT_EQ(ReasonIn(Bind(article, embargoed.name()).status()),
            "SOURCE_EMBARGOED");
  v1::HoldArticleRequest hold;
  hold.set_reason("a doubt");
  ASSERT_THAT(Do("HoldArticle", source_.name(), hold), IsOk());
  EXPECT_EQ(ReasonIn(Bind(article, source_.name()).status()), "SOURCE_STOPPED");
  ASSERT_THAT(Do("ReleaseArticle", source_.name(), v1::ReleaseArticleRequest()),
              IsOk());
  COURANT_ASSERT_OK_AND_ASSIGN(const v1::Article bound,
                               Bind(article, source_.name()));
  // And from then on it shares its fate.
  ASSERT_THAT(Do("HoldArticle", source_.name(), hold), IsOk());
  COURANT_ASSERT_OK_AND_ASSIGN(const v1::Article held,
                               desk_.Read(bound.name()));
  EXPECT_EQ(held.state(), v1::Article::WITHHELD);
}

}  // namespace
}  // namespace courant

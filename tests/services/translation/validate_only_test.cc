// What is only asked for is decided to the end, with what follows from it for
// others and from others for it.

#include "courant/v1/article_service.pb.h"
#include "gtest/gtest.h"
#include "tests/services/translation/desk_fixture.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

class ValidateOnlyTest : public ::testing::Test {
 protected:
  // A public article, made from `source`, is asked for.
  absl::StatusOr<v1::Article> Ask(const v1::Article& source) {
    v1::CreateArticleRequest request;
    *request.mutable_article() = ASource();
    request.mutable_article()->set_language("es");
    request.mutable_article()->mutable_translation_of()->set_article(
        source.name());
    request.set_initial_state(v1::CreateArticleRequest::PUBLISHED);
    request.set_validate_only(true);
    const int64_t before = desk_.Tail();
    auto answer = desk_.Call<v1::Article>("CreateArticle", request);
    EXPECT_EQ(desk_.Tail(), before) << "something was changed";
    return answer;
  }

  DeskFixture desk_;
};

TEST_F(ValidateOnlyTest, SaysWhatWouldBe) {
  COURANT_ASSERT_OK_AND_ASSIGN(const v1::Article source,
                               desk_.Create(ASource()));
  COURANT_ASSERT_OK_AND_ASSIGN(const v1::Article would_be, Ask(source));
  EXPECT_EQ(would_be.state(), v1::Article::PUBLISHED);
  EXPECT_EQ(would_be.story(), source.story());
  EXPECT_EQ(would_be.change_sequence(), 0);
}

TEST_F(ValidateOnlyTest, SaysThatTheSourceIsStopped) {
  COURANT_ASSERT_OK_AND_ASSIGN(const v1::Article source,
                               desk_.Create(ASource()));
  v1::HoldArticleRequest hold;
  hold.set_name(source.name());
  hold.set_reason("a doubt");
  ASSERT_THAT(desk_.Call<v1::Article>("HoldArticle", hold), IsOk());
  EXPECT_EQ(ReasonIn(Ask(source).status()), "SOURCE_STOPPED");
}

TEST_F(ValidateOnlyTest, SaysThatItWouldWaitForTheSource) {
  v1::Article source = ASource();
  source.mutable_embargo_until()->set_seconds(
      absl::ToUnixSeconds(desk_.clock.Now() + absl::Hours(1)));
  COURANT_ASSERT_OK_AND_ASSIGN(source, desk_.Create(source));
  ASSERT_EQ(source.state(), v1::Article::EMBARGOED);
  COURANT_ASSERT_OK_AND_ASSIGN(const v1::Article would_be, Ask(source));
  EXPECT_EQ(would_be.state(), v1::Article::EMBARGOED);
  EXPECT_EQ(would_be.embargo_until().seconds(),
            source.embargo_until().seconds());
}

}  // namespace
}  // namespace courant

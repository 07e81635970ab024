// What subscribers are told to put in place of an article is something that
// they can read.

#include <string>

#include "courant/v1/article_service.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/services/translation/desk_fixture.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using testing::HasSubstr;

class ReplacementTest : public ::testing::Test {
 protected:
  void SetUp() override {
    COURANT_ASSERT_OK_AND_ASSIGN(article_, desk_.Create(ASource()));
    COURANT_ASSERT_OK_AND_ASSIGN(other_, desk_.Create(ASource(), true));
  }

  absl::StatusOr<v1::Article> Withdraw() {
    v1::WithdrawArticleRequest request;
    request.set_name(article_.name());
    request.set_reason("wrong");
    request.set_replacement(other_.name());
    return desk_.Call<v1::Article>("WithdrawArticle", request);
  }

  absl::StatusOr<v1::Article> AskForKill() {
    v1::KillArticleRequest request;
    request.set_name(article_.name());
    request.set_reason("wrong");
    request.set_replacement(other_.name());
    return desk_.Call<v1::Article>("KillArticle", request);
  }

  absl::StatusOr<v1::Article> ConfirmKill() {
    v1::KillArticleRequest request;
    request.set_name(article_.name());
    request.set_confirm(true);
    return desk_.Call<v1::Article>("KillArticle", request, "desk/lee");
  }

  absl::Status PublishOther() {
    v1::PublishArticleRequest request;
    request.set_name(other_.name());
    return desk_.Call<v1::Article>("PublishArticle", request).status();
  }

  absl::Status HoldOther() {
    v1::HoldArticleRequest request;
    request.set_name(other_.name());
    request.set_reason("a doubt");
    return desk_.Call<v1::Article>("HoldArticle", request).status();
  }

  DeskFixture desk_;
  v1::Article article_;
  v1::Article other_;
};

TEST_F(ReplacementTest, IsPublic) {
  const auto refused = StatusIs(
      absl::StatusCode::kInvalidArgument,
      testing::AllOf(HasSubstr("replacement"), HasSubstr("publish it first")));
  EXPECT_THAT(Withdraw(), refused);
  EXPECT_THAT(AskForKill(), refused);
  ASSERT_THAT(PublishOther(), IsOk());
  ASSERT_THAT(HoldOther(), IsOk());
  EXPECT_THAT(Withdraw(), refused);
  EXPECT_THAT(AskForKill(), refused);
  COURANT_ASSERT_OK_AND_ASSIGN(article_, desk_.Read(article_.name()));
  EXPECT_EQ(article_.revision(), 1);
}

TEST_F(ReplacementTest, IsNamedWhenItIs) {
  ASSERT_THAT(PublishOther(), IsOk());
  ASSERT_THAT(AskForKill(), IsOk());
  COURANT_ASSERT_OK_AND_ASSIGN(const v1::Article killed, ConfirmKill());
  EXPECT_EQ(killed.status_note().replacement(), other_.name());
  EXPECT_EQ(killed.status_note().action(), v1::Tombstone::REPLACE);
}

// A kill does not wait for it.
TEST_F(ReplacementTest, IsLeftOutWhenItWasStoppedBeforeTheKill) {
  ASSERT_THAT(PublishOther(), IsOk());
  ASSERT_THAT(AskForKill(), IsOk());
  ASSERT_THAT(HoldOther(), IsOk());
  COURANT_ASSERT_OK_AND_ASSIGN(const v1::Article killed, ConfirmKill());
  EXPECT_EQ(killed.state(), v1::Article::KILLED);
  EXPECT_EQ(killed.status_note().replacement(), "");
  EXPECT_EQ(killed.status_note().action(), v1::Tombstone::REMOVE);
}

}  // namespace
}  // namespace courant

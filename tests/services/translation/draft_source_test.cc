// Nothing that was made from a draft is out before it.

#include <string>

#include "courant/v1/translation_service.pb.h"
#include "gtest/gtest.h"
#include "tests/services/translation/desk_fixture.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

google::protobuf::Timestamp In(const DeskFixture& desk, absl::Duration wait) {
  google::protobuf::Timestamp time;
  time.set_seconds(absl::ToUnixSeconds(desk.clock.Now() + wait));
  return time;
}

class DraftSourceTest : public ::testing::Test {
 protected:
  void SetUp() override {
    COURANT_ASSERT_OK_AND_ASSIGN(source_, desk_.Create(ASource(), true));
    ASSERT_EQ(source_.state(), v1::Article::DRAFT);
    COURANT_ASSERT_OK_AND_ASSIGN(const v1::Translation asked,
                                 desk_.Request(source_.name(), "es"));
    name_ = asked.name();
    // The work need not wait.
    ASSERT_THAT(desk_.Translate(name_), IsOk());
  }

  template <typename Request>
  absl::StatusOr<v1::Article> Do(const char* method, const std::string& name,
                                 Request request = {}) {
    request.set_name(name);
    return desk_.Call<v1::Article>(method, request);
  }

  absl::StatusOr<v1::Article> Schedule(const std::string& name,
                                       absl::Duration wait) {
    v1::ScheduleArticleRequest request;
    *request.mutable_schedule_time() = In(desk_, wait);
    return Do("ScheduleArticle", name, request);
  }

  void ExpectRefused(const absl::Status& status) {
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kFailedPrecondition));
    EXPECT_EQ(ReasonIn(status), "SOURCE_NOT_PUBLISHED");
  }

  DeskFixture desk_;
  v1::Article source_;
  std::string name_;
};

TEST_F(DraftSourceTest, IsNotPublishedBeforeIt) {
  const int64_t before = desk_.Tail();
  ExpectRefused(desk_.Publish(name_).status());
  v1::PublishTranslationRequest request;
  request.add_names(name_);
  *request.mutable_schedule_time() = In(desk_, absl::Hours(1));
  ExpectRefused(
      desk_.Call<v1::PublishTranslationResponse>("PublishTranslation", request)
          .status());
  request.clear_schedule_time();
  *request.mutable_embargo_until() = In(desk_, absl::Hours(1));
  ExpectRefused(
      desk_.Call<v1::PublishTranslationResponse>("PublishTranslation", request)
          .status());
  EXPECT_EQ(desk_.Tail(), before);
}

TEST_F(DraftSourceTest, IsPublishedAfterIt) {
  ASSERT_THAT(Do("PublishArticle", source_.name(), v1::PublishArticleRequest()),
              IsOk());
  COURANT_ASSERT_OK_AND_ASSIGN(const v1::Translation made,
                               desk_.Publish(name_));
  COURANT_ASSERT_OK_AND_ASSIGN(const v1::Article result,
                               desk_.Read(made.article()));
  EXPECT_EQ(result.state(), v1::Article::PUBLISHED);
}

TEST_F(DraftSourceTest, WaitsWithOneThatIsScheduled) {
  ASSERT_THAT(Schedule(source_.name(), absl::Hours(1)), IsOk());
  COURANT_ASSERT_OK_AND_ASSIGN(const v1::Translation made,
                               desk_.Publish(name_));
  COURANT_ASSERT_OK_AND_ASSIGN(v1::Article result, desk_.Read(made.article()));
  EXPECT_EQ(result.state(), v1::Article::EMBARGOED);
  COURANT_ASSERT_OK_AND_ASSIGN(v1::Translation next,
                               desk_.Request(result.name(), "pt"));
  // A draft again: so is what was made from it, and stays.
  ASSERT_THAT(
      Do("UnscheduleArticle", source_.name(), v1::UnscheduleArticleRequest()),
      IsOk());
  COURANT_ASSERT_OK_AND_ASSIGN(result, desk_.Read(made.article()));
  EXPECT_EQ(result.state(), v1::Article::WITHHELD);
  COURANT_ASSERT_OK_AND_ASSIGN(next, desk_.ReadTranslation(next.name()));
  EXPECT_EQ(next.freshness(), v1::Translation::SOURCE_WITHHELD);
  EXPECT_EQ(next.task().state(), v1::TranslationTask::CANCELLED);
  ExpectRefused(Do("ReleaseArticle", result.name(), v1::ReleaseArticleRequest())
                    .status());
}

TEST_F(DraftSourceTest, NorIsWhatIsMadeByHand) {
  v1::Article article = ASource();
  article.set_language("fr");
  article.mutable_translation_of()->set_article(source_.name());
  ExpectRefused(desk_.Create(article).status());
  COURANT_ASSERT_OK_AND_ASSIGN(article, desk_.Create(article, true));
  ExpectRefused(
      Do("PublishArticle", article.name(), v1::PublishArticleRequest())
          .status());
  ExpectRefused(Schedule(article.name(), absl::Hours(1)).status());
}

// The source expired while the server was down: it goes back to the desk, what
// was made from it stays in, and everything else that is due goes out.
TEST_F(DraftSourceTest, OneThatComesTooLateHoldsUpNobodyElse) {
  ASSERT_THAT(Schedule(source_.name(), absl::Hours(1)), IsOk());
  v1::PublishTranslationRequest request;
  request.add_names(name_);
  *request.mutable_schedule_time() = In(desk_, absl::Hours(1));
  COURANT_ASSERT_OK_AND_ASSIGN(const v1::PublishTranslationResponse made,
                               desk_.Call<v1::PublishTranslationResponse>(
                                   "PublishTranslation", request));
  COURANT_ASSERT_OK_AND_ASSIGN(source_, desk_.Read(source_.name()));
  *source_.mutable_expires_at() = In(desk_, absl::Hours(2));
  COURANT_ASSERT_OK_AND_ASSIGN(source_, desk_.Update(source_, {"expires_at"}));
  COURANT_ASSERT_OK_AND_ASSIGN(v1::Article other,
                               desk_.Create(ASource(), true));
  ASSERT_THAT(Schedule(other.name(), absl::Hours(1)), IsOk());

  desk_.clock.Advance(absl::Hours(3));
  ASSERT_THAT(desk_.server.scheduler().RunOnce(), IsOk());
  COURANT_ASSERT_OK_AND_ASSIGN(source_, desk_.Read(source_.name()));
  EXPECT_EQ(source_.state(), v1::Article::DRAFT);
  COURANT_ASSERT_OK_AND_ASSIGN(const v1::Article result,
                               desk_.Read(made.translations(0).article()));
  EXPECT_EQ(result.state(), v1::Article::DRAFT);
  COURANT_ASSERT_OK_AND_ASSIGN(other, desk_.Read(other.name()));
  EXPECT_EQ(other.state(), v1::Article::PUBLISHED);
}

// The same of what is under embargo: others have been told of it.
TEST_F(DraftSourceTest, WhatIsUnderEmbargoWithOneThatComesTooLateIsHeld) {
  ASSERT_THAT(Schedule(source_.name(), absl::Hours(1)), IsOk());
  COURANT_ASSERT_OK_AND_ASSIGN(const v1::Translation made,
                               desk_.Publish(name_));
  COURANT_ASSERT_OK_AND_ASSIGN(v1::Article result, desk_.Read(made.article()));
  ASSERT_EQ(result.state(), v1::Article::EMBARGOED);
  COURANT_ASSERT_OK_AND_ASSIGN(source_, desk_.Read(source_.name()));
  *source_.mutable_expires_at() = In(desk_, absl::Hours(2));
  COURANT_ASSERT_OK_AND_ASSIGN(source_, desk_.Update(source_, {"expires_at"}));

  desk_.clock.Advance(absl::Hours(3));
  ASSERT_THAT(desk_.server.scheduler().RunOnce(), IsOk());
  COURANT_ASSERT_OK_AND_ASSIGN(source_, desk_.Read(source_.name()));
  EXPECT_EQ(source_.state(), v1::Article::DRAFT);
  COURANT_ASSERT_OK_AND_ASSIGN(result, desk_.Read(result.name()));
  EXPECT_EQ(result.state(), v1::Article::WITHHELD);
}

// In the middle of a chain as well: Korean, Spanish, Portuguese.
TEST_F(DraftSourceTest, HoldsBackWhatIsMadeFromWhatIsMadeFromIt) {
  ASSERT_THAT(Do("PublishArticle", source_.name(), v1::PublishArticleRequest()),
              IsOk());
  v1::PublishTranslationRequest request;
  request.add_names(name_);
  *request.mutable_schedule_time() = In(desk_, absl::Hours(1));
  COURANT_ASSERT_OK_AND_ASSIGN(const v1::PublishTranslationResponse made,
                               desk_.Call<v1::PublishTranslationResponse>(
                                   "PublishTranslation", request));
  const std::string spanish = made.translations(0).article();
  ASSERT_THAT(Do("UnscheduleArticle", spanish, v1::UnscheduleArticleRequest()),
              IsOk());
  ExpectRefused(desk_.Make(spanish, "pt").status());
}

}  // namespace
}  // namespace courant

// A source whose time has come is not public before the server has let it out,
// and what was made from it comes behind it.

#include <string>

#include "courant/v1/translation_service.pb.h"
#include "gtest/gtest.h"
#include "services/editorial/schedule_decisions.h"
#include "tests/services/translation/desk_fixture.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

class OverdueSourceTest : public ::testing::Test {
 protected:
  google::protobuf::Timestamp In(absl::Duration wait) {
    google::protobuf::Timestamp time;
    time.set_seconds(absl::ToUnixSeconds(desk_.clock.Now() + wait));
    return time;
  }

  absl::StatusOr<v1::Article> Create(const std::string& id,
                                     const v1::Article& article,
                                     bool draft = false) {
    v1::CreateArticleRequest request;
    request.set_article_id(id);
    *request.mutable_article() = article;
    if (!draft) request.set_initial_state(v1::CreateArticleRequest::PUBLISHED);
    return desk_.Call<v1::Article>("CreateArticle", request);
  }

  absl::StatusOr<v1::Article> Schedule(const std::string& name,
                                       absl::Duration wait) {
    v1::ScheduleArticleRequest request;
    request.set_name(name);
    *request.mutable_schedule_time() = In(wait);
    return desk_.Call<v1::Article>("ScheduleArticle", request);
  }

  // A version of `source` in Spanish, not written at the translation desk.
  static v1::Article Version(const v1::Article& source) {
    v1::Article article = ASource();
    article.set_language("es");
    article.mutable_translation_of()->set_article(source.name());
    return article;
  }

  void ExpectOutBehind(const std::string& source, const std::string& result) {
    COURANT_ASSERT_OK_AND_ASSIGN(const v1::Article first, desk_.Read(source));
    COURANT_ASSERT_OK_AND_ASSIGN(const v1::Article second, desk_.Read(result));
    EXPECT_EQ(first.state(), v1::Article::PUBLISHED) << source;
    EXPECT_EQ(second.state(), v1::Article::PUBLISHED) << result;
    EXPECT_LT(first.change_sequence(), second.change_sequence());
  }

  DeskFixture desk_;
};

// Who names a time that is too early is told so, also when it has passed.
TEST_F(OverdueSourceTest, AnEndedEmbargoIsATimeThatIsTooEarly) {
  COURANT_ASSERT_OK_AND_ASSIGN(const v1::Article source,
                               desk_.Create(ASource(), true));
  ASSERT_THAT(Schedule(source.name(), absl::Hours(2)), IsOk());
  COURANT_ASSERT_OK_AND_ASSIGN(const v1::Article result,
                               desk_.Create(Version(source), true));
  v1::PublishArticleRequest publish;
  publish.set_name(result.name());
  for (const absl::Duration wait : {absl::Hours(1), -absl::Minutes(1)}) {
    *publish.mutable_embargo_until() = In(wait);
    EXPECT_EQ(
        ReasonIn(desk_.Call<v1::Article>("PublishArticle", publish).status()),
        "SOURCE_EMBARGOED")
        << wait;
  }
  publish.clear_embargo_until();
  EXPECT_THAT(desk_.Call<v1::Article>("PublishArticle", publish), IsOk());
}

TEST_F(OverdueSourceTest, IsNotOvertakenByHandWhenItWasScheduled) {
  COURANT_ASSERT_OK_AND_ASSIGN(const v1::Article source,
                               desk_.Create(ASource(), true));
  COURANT_ASSERT_OK_AND_ASSIGN(const v1::Translation work,
                               desk_.Request(source.name(), "es"));
  ASSERT_THAT(desk_.Translate(work.name()), IsOk());
  ASSERT_THAT(Schedule(source.name(), absl::Hours(1)), IsOk());
  desk_.clock.Advance(absl::Hours(2));  // and the server has not looked yet
  COURANT_ASSERT_OK_AND_ASSIGN(const v1::Translation made,
                               desk_.Publish(work.name()));
  COURANT_ASSERT_OK_AND_ASSIGN(v1::Article result, desk_.Read(made.article()));
  EXPECT_EQ(result.state(), v1::Article::EMBARGOED);
  // Nor when somebody insists.
  v1::PublishArticleRequest publish;
  publish.set_name(result.name());
  COURANT_ASSERT_OK_AND_ASSIGN(
      result, desk_.Call<v1::Article>("PublishArticle", publish));
  EXPECT_EQ(result.state(), v1::Article::EMBARGOED);
  ASSERT_THAT(desk_.server.scheduler().RunOnce(), IsOk());
  ExpectOutBehind(source.name(), result.name());
}

TEST_F(OverdueSourceTest, IsNotOvertakenByHandWhenItWasUnderEmbargo) {
  v1::Article source = ASource();
  *source.mutable_embargo_until() = In(absl::Hours(1));
  COURANT_ASSERT_OK_AND_ASSIGN(source, desk_.Create(source));
  ASSERT_EQ(source.state(), v1::Article::EMBARGOED);
  desk_.clock.Advance(absl::Hours(2));
  COURANT_ASSERT_OK_AND_ASSIGN(const v1::Article result,
                               desk_.Create(Version(source)));
  EXPECT_EQ(result.state(), v1::Article::EMBARGOED);
  ASSERT_THAT(desk_.server.scheduler().RunOnce(), IsOk());
  ExpectOutBehind(source.name(), result.name());
}

// Korean, Spanish, Portuguese: all due at once, and named the other way round.
TEST_F(OverdueSourceTest, ComesBeforeWhatIsDueWithIt) {
  COURANT_ASSERT_OK_AND_ASSIGN(const v1::Article korean,
                               Create("c", ASource(), true));
  COURANT_ASSERT_OK_AND_ASSIGN(const v1::Article spanish,
                               Create("b", Version(korean), true));
  v1::Article third = Version(spanish);
  third.set_language("pt");
  COURANT_ASSERT_OK_AND_ASSIGN(const v1::Article portuguese,
                               Create("a", third, true));
  for (const v1::Article* article : {&korean, &spanish, &portuguese}) {
    ASSERT_THAT(Schedule(article->name(), absl::Hours(1)), IsOk());
  }
  desk_.clock.Advance(absl::Hours(1));
  ASSERT_THAT(desk_.server.scheduler().RunOnce(), IsOk());
  ExpectOutBehind(korean.name(), spanish.name());
  ExpectOutBehind(spanish.name(), portuguese.name());
}

// One that does not fit into the commit any more comes into it all the same.
TEST_F(OverdueSourceTest, ComesAlongWithWhatWasMadeFromIt) {
  COURANT_ASSERT_OK_AND_ASSIGN(const v1::Article source,
                               Create("b", ASource(), true));
  COURANT_ASSERT_OK_AND_ASSIGN(const v1::Article result,
                               Create("a", Version(source), true));
  for (const v1::Article* article : {&source, &result}) {
    ASSERT_THAT(Schedule(article->name(), absl::Hours(1)), IsOk());
  }
  desk_.clock.Advance(absl::Hours(1));
  ASSERT_THAT(desk_.server.store().committer().Commit(
                  {.actor = std::string(kSchedulerActor)},
                  [](const storage::DecisionContext& context) {
                    return DecideDue(context, {"a"});
                  }),
              IsOk());
  ExpectOutBehind(source.name(), result.name());
}

}  // namespace
}  // namespace courant

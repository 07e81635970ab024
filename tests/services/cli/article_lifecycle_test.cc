// The commands for the life of an article after it is written: when it goes
// out, what is repaired, what is stopped, and who has to agree.

#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/errors/reason.h"
#include "tests/services/cli/canned_server.h"
#include "tests/services/cli/cli_run.h"
#include "tests/services/cli/kept.h"

namespace courant {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr int64_t kSixTenUtc = 1772431800;  // 2026-03-02T06:10:00Z.

v1::Article RailIn(v1::Article::State state) {
  v1::Article article;
  article.set_name("articles/rail");
  article.set_state(state);
  article.set_revision(3);
  article.set_change_sequence(17);
  article.set_etag("3-abc");
  article.set_actor("desk/kim");
  article.set_language("ko");
  article.mutable_headline()->set_value("회담 재개");
  return article;
}

// Answers `method` with an article in `state` and keeps the request.
template <typename Request>
CannedAnswer<Request, v1::Article> Keep(Kept<Request>& kept,
                                        v1::Article::State state) {
  return [&kept, state](const Request& request) {
    kept.Set(request);
    return RailIn(state);
  };
}

// A person at a terminal who types `answer`.
CliSetting Person(const CannedServer& server, const std::string& answer) {
  CliSetting setting;
  setting.address = server.address();
  setting.can_ask = true;
  setting.input = answer;
  return setting;
}

TEST(ArticleScheduleTest, SendsTheTimeAndSaysItInUtc) {
  Kept<v1::ScheduleArticleRequest> kept;
  CannedServer server({.schedule_article = [&](const auto& request) {
    kept.Set(request);
    v1::Article article = RailIn(v1::Article::SCHEDULED);
    *article.mutable_schedule_time() = request.schedule_time();
    return article;
  }});
  const CliResult result =
      RunCliAt(server.address(), {"article", "schedule", "rail", "--at",
                                  "2026-03-02 15:10+09:00", "--etag", "e"});
  EXPECT_EQ(result.code, kExitOk) << result.err;
  EXPECT_EQ(result.out,
            "articles/rail  SCHEDULED  revision 3  change 17  for "
            "2026-03-02T06:10:00Z\n");
  EXPECT_EQ(kept.Get().name(), "articles/rail");
  EXPECT_EQ(kept.Get().etag(), "e");
  EXPECT_EQ(kept.Get().schedule_time().seconds(), kSixTenUtc);
  EXPECT_THAT(kept.Get().request_id(), SizeIs(36));
}

TEST(ArticleScheduleTest, CountsFromNow) {
  Kept<v1::ScheduleArticleRequest> kept;
  CannedServer server({.schedule_article = Keep(kept, v1::Article::SCHEDULED)});
  const int64_t before = absl::ToUnixSeconds(absl::Now());
  RunCliAt(server.address(), {"article", "schedule", "rail", "--at", "+2h"});
  const int64_t after = absl::ToUnixSeconds(absl::Now());
  EXPECT_GE(kept.Get().schedule_time().seconds(), before + 7200);
  EXPECT_LE(kept.Get().schedule_time().seconds(), after + 7201);
}

TEST(ArticleScheduleTest, TheSameAgainNamesTheTimeAndNotTheWait) {
  Kept<v1::ScheduleArticleRequest> kept;
  CannedServer server({.schedule_article = [&](const auto& request) {
    kept.Set(request);
    return absl::StatusOr<v1::Article>(MakeError(v1::OUTCOME_UNKNOWN, "?"));
  }});
  const CliResult result = RunCliAt(
      server.address(), {"article", "schedule", "rail", "--at", "+2h"});
  EXPECT_EQ(result.code, kExitFailed);
  const std::string time = absl::FormatTime(
      "%Y-%m-%dT%H:%M:%SZ",
      absl::FromUnixSeconds(kept.Get().schedule_time().seconds()),
      absl::UTCTimeZone());
  EXPECT_THAT(result.err, HasSubstr("--request-id " + kept.Get().request_id() +
                                    " --at " + time));
}

TEST(ArticleUnscheduleTest, NamesTheArticle) {
  Kept<v1::UnscheduleArticleRequest> kept;
  CannedServer server({.unschedule_article = Keep(kept, v1::Article::DRAFT)});
  EXPECT_EQ(RunCliAt(server.address(), {"article", "unschedule", "rail"}).code,
            kExitOk);
  EXPECT_EQ(kept.Get().name(), "articles/rail");
}

TEST(ArticlePublishTest, TakesAnEmbargoAndSaysItInUtc) {
  Kept<v1::PublishArticleRequest> kept;
  CannedServer server({.publish_article = [&](const auto& request) {
    kept.Set(request);
    v1::Article article = RailIn(v1::Article::EMBARGOED);
    *article.mutable_embargo_until() = request.embargo_until();
    return article;
  }});
  const CliResult result = RunCliAt(
      server.address(),
      {"article", "publish", "rail", "--embargo", "2026-03-02T15:10+09:00"});
  EXPECT_EQ(result.out,
            "articles/rail  EMBARGOED  revision 3  change 17  until "
            "2026-03-02T06:10:00Z\n");
  EXPECT_EQ(kept.Get().embargo_until().seconds(), kSixTenUtc);
}

TEST(ArticleFieldsTest, EmbargoExpiryAndAliasesGoWithTheArticle) {
  Kept<v1::CreateArticleRequest> created;
  Kept<v1::UpdateArticleRequest> updated;
  CannedServer server({.create_article = Keep(created, v1::Article::DRAFT),
                       .update_article = Keep(updated, v1::Article::DRAFT)});
  RunCliAt(server.address(),
           {"article", "create", "--language", "ko", "--embargo",
            "2026-03-02 06:10Z", "--expires", "2026-03-03 06:10Z", "--alias",
            "ninjs=urn:a=b", "--alias", "site.example=7"});
  const v1::Article article = created.Get().article();
  EXPECT_EQ(article.embargo_until().seconds(), kSixTenUtc);
  EXPECT_EQ(article.expires_at().seconds(), kSixTenUtc + 86400);
  ASSERT_EQ(article.alias_ids_size(), 2);
  EXPECT_EQ(article.alias_ids(0).source_system(), "ninjs");
  EXPECT_EQ(article.alias_ids(0).id(), "urn:a=b");

  const CliResult result = RunCliAt(
      server.address(), {"article", "update", "rail", "--embargo", "",
                         "--expires", "+1h", "--alias", "ninjs=urn:c"});
  EXPECT_EQ(result.code, kExitOk) << result.err;
  EXPECT_THAT(updated.Get().update_mask().paths(),
              ElementsAre("embargo_until", "expires_at", "alias_ids"));
  EXPECT_FALSE(updated.Get().article().has_embargo_until());
  EXPECT_TRUE(updated.Get().article().has_expires_at());
}

TEST(ArticleCorrectTest, TriplesBelongTogetherInTheirOrder) {
  Kept<v1::CorrectArticleRequest> kept;
  CannedServer server({.correct_article = Keep(kept, v1::Article::CORRECTED)});
  const CliResult result = RunCliAt(server.address(), {"article",
                                                       "correct",
                                                       "rail",
                                                       "--where",
                                                       "body",
                                                       "--was",
                                                       "corruption",
                                                       "--now",
                                                       "collapse",
                                                       "--where",
                                                       "headline",
                                                       "--now",
                                                       "",
                                                       "--was",
                                                       "reportedly ",
                                                       "--note",
                                                       "He said collapse.",
                                                       "--note-public",
                                                       "A wrong word.",
                                                       "--severity",
                                                       "critical",
                                                       "--etag",
                                                       "e"});
  EXPECT_EQ(result.code, kExitOk) << result.err;
  EXPECT_EQ(result.out, "articles/rail  CORRECTED  revision 3  change 17\n");
  const v1::CorrectArticleRequest request = kept.Get();
  EXPECT_EQ(request.name(), "articles/rail");
  EXPECT_EQ(request.etag(), "e");
  EXPECT_EQ(request.severity(), v1::ChangeNote::CRITICAL);
  EXPECT_EQ(request.note_editors().value(), "He said collapse.");
  EXPECT_EQ(request.note_public().value(), "A wrong word.");
  ASSERT_EQ(request.corrections_size(), 2);
  EXPECT_EQ(request.corrections(0).where(), "body");
  EXPECT_EQ(request.corrections(0).was(), "corruption");
  EXPECT_EQ(request.corrections(0).now(), "collapse");
  EXPECT_EQ(request.corrections(1).where(), "headline");
  EXPECT_EQ(request.corrections(1).was(), "reportedly ");
  EXPECT_EQ(request.corrections(1).now(), "");
}

TEST(ArticleCorrectTest, IsSubstantiveUnlessToldOtherwise) {
  Kept<v1::CorrectArticleRequest> kept;
  CannedServer server({.correct_article = Keep(kept, v1::Article::CORRECTED)});
  RunCliAt(server.address(), {"article", "correct", "rail", "--where", "body",
                              "--was", "a", "--now", "b", "--note", "n"});
  EXPECT_EQ(kept.Get().severity(), v1::ChangeNote::SUBSTANTIVE);
}

TEST(ArticleCorrectTest, WordsThatAreNotThereLeadToTheText) {
  CannedServer server({.correct_article = [](const auto&) {
    return absl::StatusOr<v1::Article>(
        MakeError(v1::CORRECTION_NOT_FOUND, "\"x\" is not in body",
                  {{"where", "body"}, {"count", "0"}}));
  }});
  const CliResult result = RunCliAt(
      server.address(), {"article", "correct", "rail", "--where", "body",
                         "--was", "x", "--now", "b", "--note", "n"});
  EXPECT_EQ(result.code, kExitFailed);
  EXPECT_THAT(result.err, AllOf(HasSubstr("[CORRECTION_NOT_FOUND]"),
                                HasSubstr("courant article get rail\n")));
}

TEST(ArticleRefileTest, TakesCorrectionsOrFields) {
  Kept<v1::RefileArticleRequest> kept;
  CannedServer server({.refile_article = Keep(kept, v1::Article::PUBLISHED)});
  RunCliAt(server.address(), {"article", "refile", "rail", "--where",
                              "headline", "--was", "Tlaks", "--now", "Talks"});
  EXPECT_EQ(kept.Get().corrections_size(), 1);
  EXPECT_FALSE(kept.Get().has_article());
  EXPECT_THAT(kept.Get().update_mask().paths(), IsEmpty());

  RunCliAt(server.address(),
           {"article", "refile", "rail", "--byline", "By K", "--note", "n"});
  EXPECT_THAT(kept.Get().corrections(), IsEmpty());
  EXPECT_EQ(kept.Get().article().byline(), "By K");
  EXPECT_THAT(kept.Get().update_mask().paths(), ElementsAre("byline"));
  EXPECT_EQ(kept.Get().note_editors().value(), "n");
}

TEST(ArticleHoldTest, WithYesNobodyIsAsked) {
  Kept<v1::HoldArticleRequest> kept;
  CannedServer server({.hold_article = Keep(kept, v1::Article::WITHHELD)});
  const CliResult result = RunCliAt(
      server.address(), {"article", "hold", "rail", "--reason", "Checking.",
                         "--contact", "desk@c.example", "--yes"});
  EXPECT_EQ(result.code, kExitOk) << result.err;
  EXPECT_EQ(result.out, "articles/rail  WITHHELD  revision 3  change 17\n");
  EXPECT_THAT(result.err, IsEmpty());
  EXPECT_EQ(kept.Get().reason(), "Checking.");
  EXPECT_EQ(kept.Get().contact(), "desk@c.example");
  EXPECT_THAT(server.actors(), SizeIs(1));  // Not looked at before.
}

TEST(ArticleReleaseTest, AndRestoreAskNothingAndTakeAReason) {
  Kept<v1::ReleaseArticleRequest> released;
  Kept<v1::RestoreArticleRequest> restored;
  CannedServer server(
      {.release_article = Keep(released, v1::Article::PUBLISHED),
       .restore_article = Keep(restored, v1::Article::CORRECTED)});
  EXPECT_EQ(RunCliAt(server.address(), {"article", "release", "rail"}).code,
            kExitOk);
  EXPECT_EQ(released.Get().reason(), "");
  RunCliAt(server.address(),
           {"article", "release", "rail", "--reason", "It was right."});
  EXPECT_EQ(released.Get().reason(), "It was right.");
  RunCliAt(server.address(),
           {"article", "restore", "rail", "--reason", "By mistake."});
  EXPECT_EQ(restored.Get().reason(), "By mistake.");
}

TEST(ArticleWithdrawTest, SaysWhatSubscribersMustDo) {
  Kept<v1::WithdrawArticleRequest> kept;
  CannedServer server({.withdraw_article = Keep(kept, v1::Article::WITHDRAWN)});
  const auto withdraw = [&](const std::vector<std::string>& more) {
    std::vector<std::string> words = {"article",  "withdraw", "rail",
                                      "--reason", "Twice.",   "--yes"};
    words.insert(words.end(), more.begin(), more.end());
    const CliResult result = RunCliAt(server.address(), words);
    EXPECT_EQ(result.code, kExitOk) << result.err;
    return kept.Get();
  };
  EXPECT_EQ(withdraw({}).action(), v1::Tombstone::ACTION_UNSPECIFIED);
  EXPECT_EQ(withdraw({"--action", "remove"}).action(), v1::Tombstone::REMOVE);
  EXPECT_EQ(withdraw({"--action", "review"}).action(), v1::Tombstone::REVIEW);
  const v1::WithdrawArticleRequest replace =
      withdraw({"--replacement", "rail-2"});
  EXPECT_EQ(replace.action(), v1::Tombstone::REPLACE);
  EXPECT_EQ(replace.replacement(), "articles/rail-2");
}

// What asks before it acts.
struct AskingCase {
  const char* name;
  std::vector<std::string> words;
  const char* consequence;
};

class AskingTest : public testing::TestWithParam<AskingCase> {
 protected:
  AskingTest()
      : server_({.get_article =
                     [](const auto&) {
                       v1::Article article = RailIn(v1::Article::PUBLISHED);
                       v1::KillRequest& asked = *article.mutable_kill_request();
                       asked.set_actor("desk/lee");
                       asked.set_reason("A court asked for it");
                       asked.set_action(v1::Tombstone::REMOVE);
                       return article;
                     },
                 .hold_article = Keep(hold_, v1::Article::WITHHELD),
                 .withdraw_article = Keep(withdraw_, v1::Article::WITHDRAWN),
                 .kill_article = Keep(kill_, v1::Article::PUBLISHED)}) {}

  int acted() const {
    return hold_.count() + withdraw_.count() + kill_.count();
  }

  Kept<v1::HoldArticleRequest> hold_;
  Kept<v1::WithdrawArticleRequest> withdraw_;
  Kept<v1::KillArticleRequest> kill_;
  CannedServer server_;
};

TEST_P(AskingTest, WithoutATerminalItIsRefusedBeforeTheServerIsCalled) {
  const CliResult result = RunCliAt(server_.address(), GetParam().words);
  EXPECT_EQ(result.code, kExitUsage);
  EXPECT_THAT(result.err, HasSubstr("--yes"));
  EXPECT_THAT(result.out, IsEmpty());
  EXPECT_THAT(server_.actors(), IsEmpty());
}

TEST_P(AskingTest, NamesTheHeadlineAndWhatWillHappen) {
  const CliResult result = RunCli(GetParam().words, Person(server_, "yes\n"));
  EXPECT_EQ(result.code, kExitOk) << result.err;
  EXPECT_THAT(result.err,
              AllOf(HasSubstr("회담 재개\n"), HasSubstr("articles/rail (ko)"),
                    HasSubstr(GetParam().consequence), HasSubstr("[y/N] ")));
  EXPECT_EQ(result.err.find("cannot be undone") != std::string::npos,
            GetParam().words[1] == "kill");
  EXPECT_EQ(acted(), 1);
}

TEST_P(AskingTest, AnythingButYesIsNo) {
  for (const char* answer : {"n\n", "\n", "", "maybe\n", "yess\n"}) {
    const CliResult result = RunCli(GetParam().words, Person(server_, answer));
    EXPECT_EQ(result.code, kExitFailed);
    EXPECT_THAT(result.err, HasSubstr("nothing was done"));
    EXPECT_THAT(result.out, IsEmpty());
  }
  EXPECT_EQ(acted(), 0);
}

INSTANTIATE_TEST_SUITE_P(
    Commands, AskingTest,
    testing::ValuesIn<AskingCase>({
        {"Hold",
         {"article", "hold", "rail", "--reason", "r"},
         "told to stop using it"},
        {"Withdraw",
         {"article", "withdraw", "rail", "--reason", "r"},
         "told to remove every copy. It stays here and can be restored"},
        {"AskForKill",
         {"article", "kill", "rail", "--reason", "r", "--replacement", "b"},
         "told to put articles/b in its place"},
        {"ConfirmKill",
         {"article", "kill", "rail", "--confirm"},
         "desk/lee asked for it"},
    }),
    [](const auto& info) { return info.param.name; });

TEST_F(AskingTest, ConfirmsTheKillThatWasShown) {
  RunCli({"article", "kill", "rail", "--confirm"}, Person(server_, "y\n"));
  EXPECT_TRUE(kill_.Get().confirm());
  EXPECT_EQ(kill_.Get().etag(), "3-abc");
  EXPECT_EQ(kill_.Get().reason(), "");
  RunCli({"article", "kill", "rail", "--confirm", "--etag", "own"},
         Person(server_, "y\n"));
  EXPECT_EQ(kill_.Get().etag(), "own");
}

TEST(ArticleKillTest, TheFirstHalfSaysWhatTheOtherPersonHasToDo) {
  Kept<v1::KillArticleRequest> kept;
  CannedServer server({.kill_article = [&](const auto& request) {
    kept.Set(request);
    v1::Article article = RailIn(v1::Article::PUBLISHED);
    article.mutable_kill_request()->mutable_expire_time()->set_seconds(
        kSixTenUtc);
    return article;
  }});
  const CliResult result = RunCliAt(
      server.address(),
      {"article", "kill", "rail", "--reason", "A court asked.", "--yes"});
  EXPECT_EQ(result.code, kExitOk) << result.err;
  EXPECT_EQ(result.out, "articles/rail  PUBLISHED  revision 3  change 17\n");
  EXPECT_THAT(result.err,
              AllOf(HasSubstr("before 2026-03-02T06:10:00Z"),
                    HasSubstr("courant article kill rail --confirm")));
  EXPECT_FALSE(kept.Get().confirm());
  EXPECT_EQ(kept.Get().reason(), "A court asked.");
}

TEST(ArticleKillTest, ASecondPersonIsAskedFor) {
  CannedServer server({.kill_article = [&](const auto&) {
    return absl::StatusOr<v1::Article>(
        MakeError(v1::SECOND_PERSON_REQUIRED, "asked for by desk/test",
                  {{"requested_by", "desk/test"}}));
  }});
  const CliResult result = RunCliAt(
      server.address(), {"article", "kill", "rail", "--confirm", "--yes"});
  EXPECT_EQ(result.code, kExitFailed);
  EXPECT_EQ(result.err,
            "courant: asked for by desk/test [SECOND_PERSON_REQUIRED]\n"
            "  another person: courant article kill rail --confirm --actor "
            "WHO\n");
}

TEST(NextStepsTest, WhatIsAllowedIsToldAsCommands) {
  CannedServer server({.hold_article = [&](const auto&) {
    return absl::StatusOr<v1::Article>(
        MakeError(v1::ILLEGAL_TRANSITION, "articles/rail is WITHHELD",
                  {{"state", "WITHHELD"}, {"allowed", "release,withdraw"}}));
  }});
  const CliResult result =
      RunCliAt(server.address(),
               {"article", "hold", "articles/rail", "--reason", "r", "--yes"});
  EXPECT_EQ(result.code, kExitFailed);
  EXPECT_EQ(result.err,
            "courant: articles/rail is WITHHELD [ILLEGAL_TRANSITION]\n"
            "  what can be done with it now:\n"
            "    courant article release rail\n"
            "    courant article withdraw rail --reason TEXT\n");
}

TEST(NextStepsTest, OfAKilledArticleNothingIsAllowed) {
  CannedServer server({.update_article = [&](const auto&) {
    return absl::StatusOr<v1::Article>(
        MakeError(v1::ILLEGAL_TRANSITION, "articles/rail is KILLED",
                  {{"state", "KILLED"}, {"allowed", ""}}));
  }});
  const CliResult result = RunCliAt(
      server.address(), {"article", "update", "rail", "--byline", "x"});
  EXPECT_THAT(result.err,
              AllOf(HasSubstr("nothing can be done with it any more"),
                    Not(HasSubstr("allowed"))));
}

TEST(AudienceTest, IsSentWhenItWasGiven) {
  CannedServer server(
      {.get_article =
           [](const auto&) { return RailIn(v1::Article::PUBLISHED); },
       .list_changes = [](const auto&) { return v1::ListChangesResponse(); },
       .subscribe_changes =
           [](const auto&, const auto&) {
             return MakeError(v1::FILTER_INVALID, "the end");
           }});
  RunCliAt(server.address(), {"article", "get", "rail"});
  RunCliAt(server.address(),
           {"article", "get", "rail", "--audience", "public"});
  RunCliAt(server.address(), {"change", "list", "--audience", "internal"});
  RunCliAt(server.address(), {"change", "tail", "--audience", "public"});
  EXPECT_THAT(server.audiences(),
              ElementsAre("(none)", "public", "internal", "public"));
}

}  // namespace
}  // namespace courant

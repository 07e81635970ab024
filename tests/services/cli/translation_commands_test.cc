// The commands for the work on a translation: what they ask a server for, and
// what they print of its answers.

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/errors/reason.h"
#include "tests/services/cli/canned_server.h"
#include "tests/services/cli/cli_run.h"
#include "tests/services/cli/kept.h"
#include "tests/services/cli/sample_translation.h"

namespace courant {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr char kName[] = "articles/talks/translations/en";

TEST(TranslationRequestTest, SendsWhatTheDeskWants) {
  Kept<v1::CreateTranslationRequest> kept;
  CannedServer server(
      {.create_translation = KeepAs(kept, In(v1::TranslationTask::REQUESTED))});
  const CliResult result = RunCliAt(
      server.address(),
      {"translation", "request", "talks", "--language", "en", "--scope",
       "headline-and-decks", "--due", "2026-03-02 15:10+09:00", "--priority",
       "2", "--note", "저녁에", "--id", "en-short", "--adaptation"});
  EXPECT_EQ(result.code, kExitOk) << result.err;
  EXPECT_EQ(result.out,
            "articles/talks/translations/en  REQUESTED  revision 4  change "
            "20\n");
  const v1::CreateTranslationRequest request = kept.Get();
  EXPECT_EQ(request.parent(), "articles/talks");
  EXPECT_EQ(request.translation_id(), "en-short");
  EXPECT_EQ(request.translation().language(), "en");
  EXPECT_EQ(request.translation().scope(), v1::Translation::HEADLINE_AND_DECKS);
  EXPECT_EQ(request.translation().kind(), v1::Translation::ADAPTATION);
  EXPECT_EQ(request.translation().due_time().seconds(), 1772431800);
  EXPECT_EQ(request.translation().priority(), 2);
  EXPECT_EQ(request.translation().note(), "저녁에");
  EXPECT_THAT(request.request_id(), SizeIs(36));
  EXPECT_EQ(RunCliAt(server.address(), {"translation", "request", "talks",
                                        "--language", "en", "--priority", "10"})
                .code,
            kExitUsage);
}

TEST(TranslationClaimTest, PrintsTheTokenAndWhatToDo) {
  Kept<v1::ClaimTranslationRequest> kept;
  CannedServer server({.claim_translation = KeepAs(kept, Brief())});
  const CliResult result =
      RunCliAt(server.address(),
               {"translation", "claim", "talks/en", "--lease", "1h30m"});
  EXPECT_EQ(result.out,
            "articles/talks/translations/en  TRANSLATING  revision 4  change "
            "20  token 7  until 2026-03-02T06:10:00Z\n");
  EXPECT_EQ(result.err,
            "courant: next: courant translation edit talks/en, then submit "
            "talks/en\n");
  EXPECT_EQ(kept.Get().name(), kName);
  EXPECT_EQ(kept.Get().role(), v1::Lease::ROLE_UNSPECIFIED);
  EXPECT_EQ(kept.Get().lease_seconds(), 5400);
}

TEST(TranslationClaimTest, TakesNamesInBothForms) {
  Kept<v1::ClaimTranslationRequest> kept;
  CannedServer server({.claim_translation = KeepAs(kept, Brief())});
  for (const char* name : {"talks/en", "articles/talks/en", kName}) {
    const CliResult result =
        RunCliAt(server.address(), {"translation", "claim", name});
    EXPECT_EQ(result.code, kExitOk) << result.err;
    EXPECT_EQ(kept.Get().name(), kName);
  }
  for (const char* name :
       {"talks", "articles/talks", "talks/", "/en", "a/b/c",
        "talks/translations/en", "articles/talks/translations/", ""}) {
    const CliResult result =
        RunCliAt(server.address(), {"translation", "claim", name});
    EXPECT_EQ(result.code, kExitUsage) << name;
  }
  EXPECT_EQ(kept.count(), 3);
}

TEST(TranslationClaimTest, TakesTheNextInTheQueue) {
  Kept<v1::ClaimNextTranslationRequest> kept;
  v1::Translation review = Brief();
  review.mutable_task()->mutable_lease()->set_role(v1::Lease::REVIEW);
  CannedServer server({.claim_next_translation = KeepAs(kept, review)});
  const CliResult result = RunCliAt(
      server.address(),
      {"translation", "claim", "--next", "--language", "en", "--language", "fr",
       "--source-language", "ko", "--review", "--lease", "45m"});
  EXPECT_EQ(result.code, kExitOk) << result.err;
  EXPECT_THAT(result.err, HasSubstr("courant translation review talks/en"));
  EXPECT_THAT(kept.Get().languages(), ElementsAre("en", "fr"));
  EXPECT_THAT(kept.Get().source_languages(), ElementsAre("ko"));
  EXPECT_EQ(kept.Get().role(), v1::Lease::REVIEW);
  EXPECT_EQ(kept.Get().lease_seconds(), 2700);
}

TEST(TranslationClaimTest, RefusesWhatDoesNotGoTogether) {
  const auto usage = [](std::vector<std::string> words) {
    words.insert(words.begin(), {"translation", "claim"});
    return RunCli(words).code == kExitUsage;
  };
  EXPECT_TRUE(usage({}));
  EXPECT_TRUE(usage({"--next"}));
  EXPECT_TRUE(usage({"talks/en", "--next", "--language", "en"}));
  EXPECT_TRUE(usage({"talks/en", "--language", "en"}));
  EXPECT_TRUE(usage({"talks/en", "talks/fr"}));
  for (const char* lease : {"4m", "9h", "-30m", "30", "inf", ""}) {
    EXPECT_TRUE(usage({"talks/en", "--lease", lease})) << lease;
  }
}

TEST(TranslationTokenTest, IsThatOfTheLeaseOfTheActor) {
  Kept<v1::SubmitTranslationRequest> kept;
  CannedServer server(
      {.get_translation = HeldByMe(),
       .submit_translation = KeepAs(kept, In(v1::TranslationTask::SUBMITTED))});
  const CliResult result =
      RunCliAt(server.address(), {"translation", "submit", "talks/en"});
  EXPECT_EQ(result.code, kExitOk) << result.err;
  EXPECT_EQ(kept.Get().fencing_token(), 7);
  RunCliAt(server.address(),
           {"translation", "submit", "talks/en", "--token", "9"});
  EXPECT_EQ(kept.Get().fencing_token(), 9);
  for (const char* token : {"0", "-1", "x", ""}) {
    EXPECT_EQ(RunCliAt(server.address(),
                       {"translation", "submit", "talks/en", "--token", token})
                  .code,
              kExitUsage);
  }
  EXPECT_EQ(kept.count(), 2);
}

TEST(TranslationTokenTest, NobodyUsesThatOfSomebodyElse) {
  Kept<v1::SubmitTranslationRequest> kept;
  CannedServer server({.get_translation = HeldByMe(),
                       .submit_translation = KeepAs(kept, Brief())});
  const CliResult result =
      RunCliAt(server.address(),
               {"translation", "submit", "talks/en", "--actor", "desk/lee"});
  EXPECT_EQ(result.code, kExitFailed);
  EXPECT_THAT(result.err,
              AllOf(HasSubstr("desk/test has articles/talks"),
                    HasSubstr("you are desk/lee"), HasSubstr("--token N")));
  EXPECT_EQ(kept.count(), 0);
}

TEST(TranslationTokenTest, WithoutALeaseSaysHowToGetOne) {
  CannedServer server({.get_translation = [](const auto&) {
    return In(v1::TranslationTask::SUBMITTED);
  }});
  const CliResult result =
      RunCliAt(server.address(), {"translation", "approve", "talks/en"});
  EXPECT_EQ(result.code, kExitFailed);
  EXPECT_THAT(result.err, HasSubstr("courant translation review talks/en"));
}

TEST(TranslationTokenTest, TheSameAgainNamesTheTokenThatWasUsed) {
  CannedServer server(
      {.get_translation = HeldByMe(), .submit_translation = [](const auto&) {
         return absl::StatusOr<v1::Translation>(
             MakeError(v1::OUTCOME_UNKNOWN, "?"));
       }});
  const CliResult result = RunCliAt(
      server.address(), {"translation", "submit", "talks/en", "--request-id",
                         "11111111-1111-4111-8111-111111111111"});
  EXPECT_EQ(result.code, kExitFailed);
  EXPECT_THAT(result.err,
              HasSubstr("--request-id 11111111-1111-4111-8111-111111111111 "
                        "--token 7\n"));
}

TEST(TranslationWorkTest, RenewsReleasesRevokesAndCancels) {
  Kept<v1::RenewTranslationLeaseRequest> renew;
  Kept<v1::ReleaseTranslationRequest> release;
  Kept<v1::RevokeTranslationLeaseRequest> revoke;
  Kept<v1::CancelTranslationRequest> cancel;
  CannedServer server({.get_translation = HeldByMe(),
                       .renew_translation_lease = KeepAs(renew, Brief()),
                       .release_translation =
                           KeepAs(release, In(v1::TranslationTask::REQUESTED)),
                       .revoke_translation_lease =
                           KeepAs(revoke, In(v1::TranslationTask::REQUESTED)),
                       .cancel_translation =
                           KeepAs(cancel, In(v1::TranslationTask::CANCELLED))});
  const auto run = [&](std::vector<std::string> words) {
    words.insert(words.begin(), "translation");
    const CliResult result = RunCliAt(server.address(), words);
    EXPECT_EQ(result.code, kExitOk) << result.err;
  };
  run({"renew", "talks/en", "--lease", "2h"});
  EXPECT_EQ(renew.Get().fencing_token(), 7);
  EXPECT_EQ(renew.Get().lease_seconds(), 7200);
  run({"release", "talks/en"});
  EXPECT_EQ(release.Get().fencing_token(), 7);
  run({"revoke", "talks/en"});
  EXPECT_EQ(revoke.Get().name(), kName);
  run({"cancel", "talks/en", "--reason", "No room.", "--etag", "e"});
  EXPECT_EQ(cancel.Get().reason(), "No room.");
  EXPECT_EQ(cancel.Get().etag(), "e");
}

}  // namespace
}  // namespace courant

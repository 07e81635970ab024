// The commands for what comes after translating: review, publishing, the source
// and what it has changed; and what each refusal says.

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
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::StartsWith;

constexpr char kReviewedName[] = "articles/talks/translations/en";

TEST(TranslationReviewTest, ClaimsAndShowsBothSides) {
  Kept<v1::ClaimTranslationRequest> claim;
  Kept<v1::GetTranslationRequest> get;
  CannedServer server({.get_translation = KeepAs(get, SampleTranslation()),
                       .claim_translation = KeepAs(claim, Brief())});
  const CliResult result =
      RunCliAt(server.address(), {"translation", "review", "talks/en"});
  EXPECT_EQ(result.code, kExitOk) << result.err;
  EXPECT_EQ(claim.Get().role(), v1::Lease::REVIEW);
  EXPECT_EQ(get.Get().view(), v1::TRANSLATION_VIEW_FULL);
  EXPECT_EQ(get.Get().min_change_sequence(), 20);
  EXPECT_THAT(result.out, HasSubstr("\nbody/p1.1  TRANSLATED  by desk/test\n"
                                    "  ko      | 장관은 ⟦1⟧붕괴⟦/1⟧라고 했다.\n"
                                    "  en      | The minister spoke of "
                                    "⟦1⟧corruption⟦/1⟧.\n"
                                    "  marks   | 1 strong\n"));
}

TEST(TranslationReviewTest, OnAScreenTheSidesStandBesideEachOther) {
  CannedServer server(
      {.get_translation = [](const auto&) { return SampleTranslation(); }});
  CliSetting setting;
  setting.address = server.address();
  setting.out_terminal = Terminal::Screen(105, Terminal::Colour::kOff);
  const CliResult result = RunCli({"translation", "get", "talks/en"}, setting);
  EXPECT_THAT(result.out,
              HasSubstr("\nheadline.1  TRANSLATED  by desk/test\n"
                        "  회담 재개                                          "
                        "| Talks resume\n"));
}

TEST(TranslationReviewTest, CommentsNameSegmentsOrNone) {
  Kept<v1::RejectTranslationRequest> kept;
  CannedServer server(
      {.get_translation = HeldByMe(),
       .reject_translation = KeepAs(kept, In(v1::TranslationTask::REQUESTED))});
  const CliResult result =
      RunCliAt(server.address(),
               {"translation", "reject", "talks/en", "--comment",
                "body/p3.2: He said: collapse.", "--comment", "Note: too long",
                "--comment", "media/m1/caption.1:전부", "--comment", "p.a: x"});
  EXPECT_EQ(result.code, kExitOk) << result.err;
  const auto comments = kept.Get().comments();
  ASSERT_EQ(comments.size(), 4);
  EXPECT_EQ(comments[0].segment(), "body/p3.2");
  EXPECT_EQ(comments[0].text(), "He said: collapse.");
  EXPECT_EQ(comments[1].segment(), "");
  EXPECT_EQ(comments[1].text(), "Note: too long");
  EXPECT_EQ(comments[2].segment(), "media/m1/caption.1");
  EXPECT_EQ(comments[2].text(), "전부");
  EXPECT_EQ(comments[3].segment(), "");
  EXPECT_EQ(
      RunCliAt(server.address(), {"translation", "reject", "talks/en"}).code,
      kExitUsage);
}

TEST(TranslationPublishTest, SeveralGoOutTogether) {
  Kept<v1::PublishTranslationRequest> kept;
  CannedServer server({.publish_translation = [&](const auto& request) {
    kept.Set(request);
    v1::PublishTranslationResponse response;
    for (const std::string& name : request.names()) {
      v1::Translation& done = *response.add_translations();
      done = In(v1::TranslationTask::COMPLETED);
      done.set_name(name);
      done.set_article("articles/x");
    }
    return response;
  }});
  const CliResult result = RunCliAt(
      server.address(),
      {"translation", "publish", "talks/en", "talks/fr", "--override-reason",
       "Late.", "--class", "correction", "--schedule", "2026-03-02 15:10+09:00",
       "--embargo", "2026-03-02 06:10Z"});
  EXPECT_EQ(result.code, kExitOk) << result.err;
  EXPECT_EQ(result.out,
            "articles/talks/translations/en  COMPLETED  revision 4  change 20 "
            " articles/x\n"
            "articles/talks/translations/fr  COMPLETED  revision 4  change 20 "
            " articles/x\n");
  EXPECT_EQ(kept.Get().override_reason(), "Late.");
  EXPECT_EQ(kept.Get().change_class(), v1::ChangeNote::CORRECTION);
  EXPECT_EQ(kept.Get().schedule_time().seconds(), 1772431800);
  EXPECT_EQ(kept.Get().embargo_until().seconds(), 1772431800);
}

v1::DiffTranslationSourceResponse OneWord() {
  v1::DiffTranslationSourceResponse diff;
  diff.set_bound_revision(3);
  diff.set_source_revision(5);
  v1::SourceChange& change = *diff.add_changes();
  change.set_kind(v1::SourceChange::EDITED);
  change.set_impact(v1::SourceChange::CRITICAL);
  change.add_segments("body/p1.1");
  change.set_was("He spoke of corruption.");
  change.set_now("He spoke of collapse.");
  change.set_revision(5);
  v1::DiffSpan& span = *change.add_spans();
  span.set_was_start(12);
  span.set_was_end(22);
  span.set_now_start(12);
  span.set_now_end(20);
  v1::SourceChange& added = *diff.add_changes();
  added.set_kind(v1::SourceChange::ADDED);
  added.set_impact(v1::SourceChange::NORMAL);
  added.set_unit("body/p2");
  added.set_now("새 문단.");
  added.set_revision(4);
  return diff;
}

TEST(TranslationDiffTest, ShowsWhatWasAndIsAndHowMuchItMatters) {
  Kept<v1::DiffTranslationSourceRequest> kept;
  CannedServer server({.diff_translation_source = [&](const auto& request) {
    kept.Set(request);
    return OneWord();
  }});
  const CliResult result = RunCliAt(
      server.address(), {"translation", "diff", "talks/en", "--to", "5"});
  EXPECT_EQ(result.out,
            "articles/talks/translations/en: source revision 3 to 5\n"
            "\n"
            "body/p1.1  EDITED  CRITICAL  revision 5\n"
            "  He spoke of [-corruption-]{+collapse+}.\n"
            "\n"
            "body/p2  ADDED  NORMAL  revision 4\n"
            "  {+새 문단.+}\n");
  EXPECT_EQ(kept.Get().source_revision(), 5);
  CliSetting setting;
  setting.address = server.address();
  setting.out_terminal = Terminal::Screen(80, Terminal::Colour::kOn);
  EXPECT_THAT(RunCli({"translation", "diff", "talks/en"}, setting).out,
              AllOf(HasSubstr("\x1b[9;31mcorruption\x1b[0m\x1b[1;32mcollapse"),
                    Not(HasSubstr("{+"))));
}

TEST(TranslationConfirmTest, NobodyConfirmsWhatTheyHaveNotSeen) {
  Kept<v1::ConfirmTranslationRequest> kept;
  CannedServer server(
      {.get_translation =
           [](const auto&) { return In(v1::TranslationTask::COMPLETED); },
       .diff_translation_source = [](const auto&) { return OneWord(); },
       .confirm_translation =
           KeepAs(kept, In(v1::TranslationTask::COMPLETED))});
  CliSetting person;
  person.address = server.address();
  person.can_ask = true;
  person.input = "no\n";
  CliResult result = RunCli({"translation", "confirm", "talks/en"}, person);
  EXPECT_EQ(result.code, kExitFailed);
  EXPECT_THAT(result.err, HasSubstr("[-corruption-]{+collapse+}"));
  EXPECT_EQ(kept.count(), 0);
  person.input = "y\n";
  result = RunCli({"translation", "confirm", "talks/en"}, person);
  EXPECT_EQ(result.code, kExitOk) << result.err;
  EXPECT_EQ(kept.Get().source_revision(), 5);
  EXPECT_EQ(kept.Get().fencing_token(), 0);
  // A script says what it has read, or that it need not be asked.
  EXPECT_EQ(
      RunCliAt(server.address(), {"translation", "confirm", "talks/en"}).code,
      kExitUsage);
  RunCliAt(server.address(),
           {"translation", "confirm", "talks/en", "--revision", "4"});
  EXPECT_EQ(kept.Get().source_revision(), 4);
  RunCliAt(server.address(), {"translation", "confirm", "talks/en", "--yes"});
  EXPECT_EQ(kept.Get().source_revision(), 5);
}

TEST(TranslationSourceTest, RebasesWithTheTokenThatThereIs) {
  Kept<v1::RebaseTranslationRequest> kept;
  CannedServer server({.get_translation = HeldByMe(),
                       .rebase_translation = KeepAs(kept, Brief())});
  const CliResult result = RunCliAt(
      server.address(), {"translation", "rebase", "talks/en", "--etag", "e"});
  EXPECT_EQ(result.code, kExitOk) << result.err;
  EXPECT_EQ(kept.Get().fencing_token(), 7);
  EXPECT_EQ(kept.Get().etag(), "e");
  EXPECT_THAT(result.err, HasSubstr("courant translation edit talks/en"));
  RunCliAt(server.address(),
           {"translation", "rebase", "talks/en", "--actor", "desk/lee"});
  EXPECT_EQ(kept.Get().fencing_token(), 0);
}

TEST(TranslationSourceTest, DetachingCannotBeUndoneAndIsAsked) {
  Kept<v1::DetachTranslationRequest> kept;
  CannedServer server({.detach_translation = KeepAs(kept, Brief())});
  EXPECT_EQ(
      RunCliAt(server.address(), {"translation", "detach", "talks/en"}).code,
      kExitUsage);
  EXPECT_EQ(kept.count(), 0);
  EXPECT_EQ(
      RunCliAt(server.address(), {"translation", "detach", "talks/en", "--yes"})
          .code,
      kExitOk);
  EXPECT_EQ(kept.Get().name(), kReviewedName);
}

TEST(TranslationLookupTest, SaysWhichRuleMatched) {
  Kept<v1::LookupLanguageVersionRequest> kept;
  CannedServer server({.lookup_language_version = [&](const auto& request) {
    kept.Set(request);
    v1::LanguageVersion version;
    version.set_article("articles/x");
    version.set_language("en");
    version.set_language_range("en-GB");
    version.set_rule(v1::LanguageVersion::LOOKUP);
    version.add_available("en");
    version.add_available("ko");
    return version;
  }});
  const CliResult result =
      RunCliAt(server.address(),
               {"translation", "lookup", "harbour", "--for", "en-GB, fr,*"});
  EXPECT_EQ(result.out, "articles/x  en  LOOKUP for en-GB  of en, ko\n");
  EXPECT_EQ(kept.Get().story(), "stories/harbour");
  EXPECT_THAT(kept.Get().language_ranges(), ElementsAre("en-GB", "fr", "*"));
  EXPECT_EQ(RunCliAt(server.address(),
                     {"translation", "lookup", "harbour", "--for", " , "})
                .code,
            kExitUsage);
}

TEST(TranslationJsonTest, IsOneMessageOnALineAndNothingElse) {
  CannedServer server(
      {.get_translation = HeldByMe(),
       .claim_translation = [](const auto&) { return Brief(); },
       .submit_translation = [](const auto&) { return Brief(); },
       .approve_translation = [](const auto&) { return Brief(); },
       .diff_translation_source = [](const auto&) { return OneWord(); }});
  for (const char* verb :
       {"get", "claim", "review", "submit", "approve", "diff"}) {
    const CliResult result = RunCliAt(
        server.address(), {"translation", verb, "talks/en", "-o", "json"});
    EXPECT_EQ(result.code, kExitOk) << verb << result.err;
    EXPECT_THAT(LinesOf(result.out), SizeIs(1)) << verb;
    EXPECT_THAT(result.out, StartsWith("{\"")) << verb;
    EXPECT_EQ(result.err, "") << verb;
  }
}

// What the user reads when `verb` is refused with `error`.
std::string RefusalOf(const absl::Status& error,
                      const std::vector<std::string>& words) {
  CannedServer server(
      {.get_translation = HeldByMe(),
       .claim_translation =
           [&](const auto&) { return absl::StatusOr<v1::Translation>(error); },
       .submit_translation =
           [&](const auto&) { return absl::StatusOr<v1::Translation>(error); },
       .publish_translation =
           [&](const auto&) {
             return absl::StatusOr<v1::PublishTranslationResponse>(error);
           }});
  const CliResult result = RunCliAt(server.address(), words);
  EXPECT_EQ(result.code, kExitFailed);
  return result.err;
}

TEST(TranslationRefusalTest, EachSaysWhatCanBeDone) {
  const std::vector<std::string> claim = {"translation", "claim", "talks/en"};
  const std::vector<std::string> submit = {"translation", "submit", "talks/en"};
  const std::vector<std::string> publish = {"translation", "publish",
                                            "talks/en"};
  EXPECT_THAT(RefusalOf(MakeError(v1::LEASE_HELD, "it is taken",
                                  {{"holder", "desk/이"},
                                   {"expire_time", "2026-03-02T06:10:00Z"}}),
                        claim),
              AllOf(HasSubstr("holder: desk/이"),
                    HasSubstr("courant translation claim --next"),
                    HasSubstr("courant translation revoke talks/en")));
  EXPECT_THAT(RefusalOf(MakeError(v1::SESSION_FENCED, "it ended"), submit),
              HasSubstr("take it again: courant translation claim talks/en"));
  EXPECT_THAT(
      RefusalOf(MakeError(v1::SOURCE_STOPPED, "it is on hold",
                          {{"source", "articles/ko"}, {"state", "WITHHELD"}}),
                submit),
      HasSubstr("courant article history ko"));
  EXPECT_THAT(RefusalOf(MakeError(v1::SOURCE_NOT_PUBLISHED, "it is a draft",
                                  {{"source", "articles/ko"}}),
                        publish),
              HasSubstr("courant article publish ko"));
  EXPECT_THAT(RefusalOf(MakeError(v1::SOURCE_KILLED, "killed"), submit),
              HasSubstr("discard every copy"));
  EXPECT_THAT(
      RefusalOf(MakeError(v1::SOURCE_OUTDATED, "corrected since"), publish),
      AllOf(HasSubstr("courant translation diff talks/en"),
            HasSubstr("courant translation rebase talks/en"),
            HasSubstr("courant translation publish talks/en "
                      "--override-reason TEXT")));
  EXPECT_THAT(RefusalOf(MakeError(v1::INCOMPLETE, "not all",
                                  {{"segments", "body/p1.2"}, {"count", "1"}}),
                        submit),
              AllOf(HasSubstr("segments: body/p1.2"),
                    HasSubstr("courant translation edit talks/en")));
  EXPECT_THAT(RefusalOf(MakeError(v1::SOURCE_EMBARGOED, "too early",
                                  {{"embargo_until", "2026-03-02T06:10:00Z"}}),
                        publish),
              HasSubstr("not earlier, such as 2026-03-02T06:10:00Z"));
  EXPECT_THAT(
      RefusalOf(MakeError(v1::SECOND_PERSON_REQUIRED, "you did it"), claim),
      HasSubstr("courant translation review talks/en --actor WHO"));
  EXPECT_THAT(RefusalOf(MakeError(v1::ILLEGAL_TRANSITION, "it is CANCELLED",
                                  {{"state", "CANCELLED"},
                                   {"allowed", "claim,reject"}}),
                        submit),
              AllOf(HasSubstr("    courant translation claim talks/en\n"),
                    HasSubstr("courant translation reject talks/en --comment "
                              "TEXT")));
}

}  // namespace
}  // namespace courant

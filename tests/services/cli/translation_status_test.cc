// Lists of translations, the table of stories and languages, and the lines of
// changes.

#include <sstream>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/cli/change_text.h"
#include "services/cli/display_width.h"
#include "services/cli/status_grid.h"
#include "tests/services/cli/canned_server.h"
#include "tests/services/cli/cli_run.h"
#include "tests/services/cli/kept.h"
#include "tests/services/cli/sample_translation.h"

namespace courant {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

v1::Translation VersionOf(const std::string& story, const std::string& language,
                          v1::Translation::Freshness freshness,
                          v1::TranslationTask::State state) {
  v1::Translation translation = SampleTranslation();
  translation.clear_content();
  translation.set_story("stories/" + story);
  translation.set_root_article("articles/" + story);
  translation.set_source_article("articles/" + story);
  translation.set_name("articles/" + story + "/translations/" + language);
  translation.set_language(language);
  translation.set_freshness(freshness);
  translation.mutable_task()->set_state(state);
  translation.mutable_task()->clear_lease();
  return translation;
}

StatusGrid SampleGrid() {
  StatusGrid grid;
  v1::Translation english = VersionOf("harbour", "en", v1::Translation::CURRENT,
                                      v1::TranslationTask::TRANSLATING);
  english.mutable_task()->mutable_lease()->set_holder("desk/이");
  grid.Add(english);
  v1::Translation spanish =
      VersionOf("harbour", "es", v1::Translation::OUTDATED_CRITICAL,
                v1::TranslationTask::COMPLETED);
  spanish.set_source_article("articles/of-en");  // From the English.
  spanish.set_source_language("en");
  grid.Add(spanish);
  grid.Add(VersionOf("tide", "es", v1::Translation::CURRENT,
                     v1::TranslationTask::REQUESTED));
  grid.SetHeadline("articles/harbour", "항만 회담\n재개");
  grid.SetHeadline("articles/tide", "물때");
  return grid;
}

std::string Printed(const StatusGrid& grid, const Terminal& terminal) {
  std::ostringstream out;
  grid.Print(out, terminal);
  return out.str();
}

TEST(StatusGridTest, StandsInColumnsByDisplayWidth) {
  EXPECT_EQ(
      Printed(SampleGrid(), Terminal::None()),
      "STORY    en                                   es                  ko  "
      "    HEADLINE\n"
      "harbour  CURRENT, TRANSLATING desk/이 2 of 3  OUTDATED_CRITICAL   "
      "source  항만 회담 재개\n"
      "tide                                          CURRENT, REQUESTED  "
      "source  물때\n");
}

TEST(StatusGridTest, OnANarrowScreenAStoryIsAParagraph) {
  const std::string text =
      Printed(SampleGrid(), Terminal::Screen(60, Terminal::Colour::kOff));
  EXPECT_EQ(text,
            "harbour  항만 회담 재개\n"
            "  en  CURRENT, TRANSLATING desk/이 2 of 3\n"
            "  es  OUTDATED_CRITICAL\n"
            "tide  물때\n"
            "  es  CURRENT, REQUESTED\n");
  for (const std::string& line : LinesOf(text)) {
    EXPECT_LE(DisplayWidth(line), 60);
  }
}

TEST(StatusGridTest, CancelledWorkIsNotTakenForAVersion) {
  StatusGrid grid;
  grid.Add(VersionOf("a", "en", v1::Translation::CURRENT,
                     v1::TranslationTask::CANCELLED));
  EXPECT_THAT(Printed(grid, Terminal::None()), HasSubstr("CURRENT, CANCELLED"));
  v1::Translation published = VersionOf("a", "en", v1::Translation::CURRENT,
                                        v1::TranslationTask::CANCELLED);
  published.set_article("articles/x");
  grid.Add(published);
  EXPECT_THAT(Printed(grid, Terminal::None()), Not(HasSubstr("CANCELLED")));
}

// Serves three translations, one on a page.
CannedAnswers Pages(Kept<v1::ListTranslationsRequest>& kept) {
  CannedAnswers answers;
  answers.list_translations = [&kept](const auto& request) {
    kept.Set(request);
    const int page =
        request.page_token().empty() ? 1 : std::stoi(request.page_token());
    v1::ListTranslationsResponse response;
    *response.add_translations() =
        VersionOf("s" + std::to_string(page), "en", v1::Translation::OUTDATED,
                  v1::TranslationTask::REQUESTED);
    if (page < 3) response.set_next_page_token(std::to_string(page + 1));
    return response;
  };
  return answers;
}

TEST(TranslationStatusTest, FollowsAllPagesAndTellsHeadlines) {
  Kept<v1::ListTranslationsRequest> kept;
  CannedAnswers answers = Pages(kept);
  Kept<v1::BatchGetArticlesRequest> heads;
  answers.batch_get_articles = [&](const auto& request) {
    heads.Set(request);
    v1::BatchGetArticlesResponse response;
    for (const std::string& name : request.names()) {
      v1::Article& article = *response.add_articles();
      article.set_name(name);
      article.mutable_headline()->set_value("제목 " + name);
    }
    return response;
  };
  CannedServer server(std::move(answers));
  const CliResult result =
      RunCliAt(server.address(),
               {"translation", "status", "--stale", "--story", "harbour"});
  EXPECT_EQ(result.code, kExitOk) << result.err;
  EXPECT_EQ(result.out,
            "STORY  en                   ko      HEADLINE\n"
            "s1     OUTDATED, REQUESTED  source  제목 articles/s1\n"
            "s2     OUTDATED, REQUESTED  source  제목 articles/s2\n"
            "s3     OUTDATED, REQUESTED  source  제목 articles/s3\n");
  EXPECT_EQ(kept.count(), 3);
  EXPECT_EQ(heads.count(), 1);
  EXPECT_EQ(kept.Get().parent(), "articles/-");
  EXPECT_EQ(kept.Get().story(), "stories/harbour");
  EXPECT_THAT(
      kept.Get().freshness(),
      ElementsAre(v1::Translation::OUTDATED_MINOR, v1::Translation::OUTDATED,
                  v1::Translation::OUTDATED_CRITICAL,
                  v1::Translation::DETACHED));
}

TEST(TranslationStatusTest, IsRightWithoutHeadlines) {
  Kept<v1::ListTranslationsRequest> kept;
  CannedServer server(Pages(kept));
  const CliResult result =
      RunCliAt(server.address(), {"translation", "status"});
  EXPECT_EQ(result.code, kExitOk) << result.err;
  EXPECT_THAT(result.out, HasSubstr("s3     OUTDATED, REQUESTED"));
  EXPECT_THAT(LinesOf(RunCliAt(server.address(),
                               {"translation", "status", "-o", "json"})
                          .out),
              testing::SizeIs(3));
}

TEST(TranslationListTest, FiltersAndFollowsAllPages) {
  Kept<v1::ListTranslationsRequest> kept;
  CannedServer server(Pages(kept));
  CliResult result = RunCliAt(
      server.address(), {"translation", "list", "talks", "--language", "en",
                         "--language", "fr", "--freshness", "outdated-critical",
                         "--state", "in-review", "--story", "s"});
  EXPECT_EQ(result.code, kExitOk) << result.err;
  EXPECT_EQ(LinesOf(result.out).size(), 4u);
  EXPECT_THAT(result.out,
              HasSubstr("articles/s2/translations/en  REQUESTED  OUTDATED   2 "
                        "of 3"));
  EXPECT_EQ(kept.Get().parent(), "articles/talks");
  EXPECT_THAT(kept.Get().languages(), ElementsAre("en", "fr"));
  EXPECT_THAT(kept.Get().freshness(),
              ElementsAre(v1::Translation::OUTDATED_CRITICAL));
  EXPECT_THAT(kept.Get().task_states(),
              ElementsAre(v1::TranslationTask::IN_REVIEW));
  result = RunCliAt(server.address(), {"translation", "list", "--limit", "2"});
  EXPECT_EQ(LinesOf(result.out).size(), 3u);
  EXPECT_EQ(RunCliAt(server.address(), {"translation", "list", "--stale",
                                        "--freshness", "current"})
                .code,
            kExitUsage);
  EXPECT_EQ(
      RunCliAt(server.address(), {"translation", "list", "--state", "asleep"})
          .code,
      kExitUsage);
}

v1::Change ChangeOf(v1::Change::Kind kind) {
  v1::Change change;
  change.set_sequence(12);
  change.mutable_commit_time()->set_seconds(1795455943);
  change.set_kind(kind);
  change.set_resource("articles/talks/translations/en");
  change.set_actor("desk/test");
  *change.mutable_translation() = SampleTranslation();
  return change;
}

TEST(TranslationChangeLineTest, SaysHowFarItIsWhoHasItAndHowFresh) {
  EXPECT_EQ(
      ChangeLine(ChangeOf(v1::Change::TRANSLATION_CLAIMED), Terminal::None()),
      "2026-11-23T17:45:43Z      12  TRANSLATION_CLAIMED  en        "
      "          articles/talks/translations/en  TRANSLATING by desk/test, "
      "CURRENT, 2 of 3");
}

TEST(TranslationChangeLineTest, SaysWhyItEndedAndWhatItBecame) {
  v1::Change cancelled = ChangeOf(v1::Change::TRANSLATION_CANCELLED);
  v1::TranslationTask& task = *cancelled.mutable_translation()->mutable_task();
  task.clear_lease();
  task.set_state(v1::TranslationTask::CANCELLED);
  task.set_cancel_reason("No\x1b[2J room.");
  cancelled.set_actor("desk/kim");
  EXPECT_THAT(ChangeLine(cancelled, Terminal::None()),
              EndsWith("CANCELLED by desk/kim, CURRENT, 2 of 3: No\uFFFD[2J "
                       "room."));
  v1::Change completed = ChangeOf(v1::Change::TRANSLATION_COMPLETED);
  completed.mutable_translation()->mutable_task()->set_state(
      v1::TranslationTask::COMPLETED);
  completed.mutable_translation()->set_article("articles/x");
  EXPECT_THAT(ChangeLine(completed, Terminal::None()),
              EndsWith("2 of 3  articles/x"));
  v1::Change rejected = ChangeOf(v1::Change::TRANSLATION_REJECTED);
  v1::ReviewComment& comment =
      *rejected.mutable_translation()->mutable_task()->add_comments();
  comment.set_segment("body/p1.1");
  comment.set_text("붕괴");
  EXPECT_THAT(ChangeLine(rejected, Terminal::None()),
              EndsWith("  body/p1.1: 붕괴"));
}

TEST(TranslationChangeLineTest, IsCutToTheScreen) {
  const v1::Change stale = ChangeOf(v1::Change::TRANSLATION_STALE);
  for (int columns = 85; columns < 150; ++columns) {
    const Terminal screen = Terminal::Screen(columns, Terminal::Colour::kOff);
    EXPECT_LE(DisplayWidth(ChangeLine(stale, screen)), columns);
  }
}

}  // namespace
}  // namespace courant

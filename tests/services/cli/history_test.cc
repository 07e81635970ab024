#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/cli/display_width.h"
#include "services/cli/history_text.h"
#include "tests/services/cli/canned_server.h"
#include "tests/services/cli/cli_run.h"

namespace courant {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;

constexpr int64_t kStart = 1795455940;  // 2026-11-23T17:45:40Z.

v1::Article Rail(const std::string& headline) {
  v1::Article article;
  article.set_name("articles/rail");
  article.set_state(v1::Article::PUBLISHED);
  article.set_language("en");
  article.mutable_headline()->set_value(headline);
  article.add_body()->mutable_paragraph()->mutable_text()->set_text("Body.");
  return article;
}

TEST(ArticleHistoryTest, TellsTheStoryNewestLast) {
  CannedServer server({.list_revisions = [&](const auto&) {
    v1::ListArticleRevisionsResponse page;  // Newest first, as the API says.
    for (int revision = 4; revision >= 1; --revision) {
      v1::Article article = Rail("Rail talks");
      article.set_revision(revision);
      article.set_actor(revision == 3 ? "desk/lee" : "kim");
      article.mutable_revision_create_time()->set_seconds(1795455940 +
                                                          revision);
      if (revision == 1) article.set_state(v1::Article::DRAFT);
      if (revision >= 3) article.mutable_headline()->set_value("Rail talks on");
      if (revision == 4) {
        article.set_state(v1::Article::CORRECTED);
        auto& note = *article.mutable_change_note();
        note.set_class_(v1::ChangeNote::CORRECTION);
        note.mutable_note_public()->set_value("A wrong word.");
        auto& correction = *note.add_corrections();
        correction.set_where("body/p1");
        correction.set_was("Body");
        correction.set_now("Text");
        article.mutable_body(0)->mutable_paragraph()->mutable_text()->set_text(
            "Text.");
      }
      *page.add_revisions() = article;
    }
    return page;
  }});
  const CliResult result =
      RunCliAt(server.address(), {"article", "history", "rail"});
  EXPECT_EQ(result.code, kExitOk) << result.err;
  EXPECT_EQ(result.out,
            "articles/rail (en)  Rail talks on\n"
            "1   2026-11-23T17:45:41Z  kim       created as a draft\n"
            "2   2026-11-23T17:45:42Z  kim       published\n"
            "3   2026-11-23T17:45:43Z  desk/lee  updated: headline\n"
            "      headline: \"Rail talks\" -> \"Rail talks on\"\n"
            "4   2026-11-23T17:45:44Z  kim       corrected: body\n"
            "      body/p1: \"Body\" -> \"Text\"\n"
            "      note for readers: A wrong word.\n");
  const CliResult json =
      RunCliAt(server.address(), {"article", "history", "rail", "-o", "json"});
  ASSERT_THAT(LinesOf(json.out), SizeIs(4));
  EXPECT_THAT(LinesOf(json.out).front(), HasSubstr("\"revision\":\"1\""));
}

// Builds the revisions of one article, each from the one before.
class Life {
 public:
  // Adds the revision that `actor` made by `change`.
  Life& Then(const std::string& actor,
             const std::function<void(v1::Article&)>& change) {
    v1::Article next =
        revisions_.empty() ? Rail("회담 재개") : revisions_.back();
    if (revisions_.empty()) next.set_state(v1::Article::DRAFT);
    next.clear_change_note();
    next.set_actor(actor);
    next.set_revision(static_cast<int64_t>(revisions_.size()) + 1);
    next.mutable_revision_create_time()->set_seconds(kStart + next.revision());
    change(next);
    revisions_.push_back(next);
    return *this;
  }

  const std::vector<v1::Article>& revisions() const { return revisions_; }

  // The lines of the last revision: what happened, and its details, without
  // number, time and actor.
  std::vector<std::string> LastEvent() const {
    std::vector<std::string> lines =
        LinesOf(HistoryText(revisions_, Terminal::None()));
    size_t begin = lines.size() - 1;
    while (lines[begin][0] == ' ') --begin;
    lines.erase(lines.begin(), lines.begin() + static_cast<long>(begin));
    const size_t actor = lines[0].find(revisions_.back().actor());
    const size_t gap = lines[0].find("  ", actor);
    lines[0] = lines[0].substr(lines[0].find_first_not_of(' ', gap));
    for (size_t i = 1; i < lines.size(); ++i) lines[i] = lines[i].substr(6);
    return lines;
  }

 private:
  std::vector<v1::Article> revisions_;
};

std::function<void(v1::Article&)> To(v1::Article::State state) {
  return [state](v1::Article& article) { article.set_state(state); };
}

void Nothing(v1::Article&) {}

TEST(HistoryTextTest, SchedulesAndEmbargoesSayTheirTimes) {
  const auto schedule = [](int64_t seconds) {
    return [seconds](v1::Article& article) {
      article.set_state(v1::Article::SCHEDULED);
      article.mutable_schedule_time()->set_seconds(seconds);
    };
  };
  const auto embargo = [](int64_t seconds) {
    return [seconds](v1::Article& article) {
      article.set_state(v1::Article::EMBARGOED);
      article.clear_schedule_time();
      article.mutable_embargo_until()->set_seconds(seconds);
      article.mutable_change_note()->add_fields("embargo_until");
    };
  };
  Life life;
  life.Then("desk/kim", Nothing).Then("desk/kim", schedule(kStart + 60));
  EXPECT_THAT(life.LastEvent(),
              ElementsAre("scheduled for 2026-11-23T17:46:40Z"));
  life.Then("desk/kim", schedule(kStart + 120));
  EXPECT_THAT(life.LastEvent(),
              ElementsAre("rescheduled for 2026-11-23T17:47:40Z",
                          "schedule: 2026-11-23T17:46:40Z -> "
                          "2026-11-23T17:47:40Z"));
  life.Then("desk/kim", [](v1::Article& article) {
    article.set_state(v1::Article::DRAFT);
    article.clear_schedule_time();
  });
  EXPECT_THAT(
      life.LastEvent(),
      ElementsAre("unscheduled", "schedule: 2026-11-23T17:47:40Z -> none"));
  life.Then("desk/kim", schedule(kStart + 120));
  life.Then("system/scheduler", embargo(kStart + 180));
  EXPECT_THAT(life.LastEvent(),
              ElementsAre("released under embargo until "
                          "2026-11-23T17:48:40Z, as scheduled"));
  life.Then("desk/lee", embargo(kStart + 240));
  EXPECT_THAT(life.LastEvent(),
              ElementsAre("embargo moved to 2026-11-23T17:49:40Z",
                          "embargo: 2026-11-23T17:48:40Z -> "
                          "2026-11-23T17:49:40Z"));
  Life lifted = life;
  lifted.Then("desk/lee", To(v1::Article::PUBLISHED));
  EXPECT_THAT(lifted.LastEvent(), ElementsAre("published, embargo lifted"));
  life.Then("system/scheduler", To(v1::Article::PUBLISHED));
  EXPECT_THAT(life.LastEvent(), ElementsAre("published, as the embargo ended"));
  life.Then("desk/lee", [](v1::Article& article) {
    article.mutable_expires_at()->set_seconds(kStart + 300);
    article.mutable_change_note()->add_fields("expires_at");
  });
  EXPECT_THAT(life.LastEvent(), ElementsAre("updated: expires_at",
                                            "expires: 2026-11-23T17:50:40Z"));
}

TEST(HistoryTextTest, AStopSaysWhyAndWhatToDo) {
  Life life;
  life.Then("desk/kim", Nothing)
      .Then("desk/kim", To(v1::Article::PUBLISHED))
      .Then("desk/lee", [](v1::Article& article) {
        article.set_state(v1::Article::WITHHELD);
        v1::StatusNote& note = *article.mutable_status_note();
        note.set_reason("The figures are being checked.");
        note.set_contact("desk@courier.example");
        note.set_action(v1::Tombstone::STOP_USING);
      });
  EXPECT_THAT(
      life.LastEvent(),
      ElementsAre("put on hold", "reason: The figures are being checked.",
                  "subscribers: stop using it",
                  "contact: desk@courier.example"));
  life.Then("desk/lee", [](v1::Article& article) {
    article.set_state(v1::Article::PUBLISHED);
    article.clear_status_note();
    article.mutable_change_note()->mutable_note_editors()->set_value(
        "They are right.");
  });
  EXPECT_THAT(life.LastEvent(),
              ElementsAre("released from hold", "note: They are right."));
  life.Then("desk/lee", [](v1::Article& article) {
    article.set_state(v1::Article::WITHDRAWN);
    v1::StatusNote& note = *article.mutable_status_note();
    note.set_reason("Sent twice.");
    note.set_action(v1::Tombstone::REPLACE);
    note.set_replacement("articles/b");
  });
  EXPECT_THAT(life.LastEvent(),
              ElementsAre("withdrawn", "reason: Sent twice.",
                          "subscribers: put articles/b in its place"));
  life.Then("desk/lee", [](v1::Article& article) {
    article.set_state(v1::Article::PUBLISHED);
    article.clear_status_note();
  });
  EXPECT_THAT(life.LastEvent(), ElementsAre("restored"));
}

TEST(HistoryTextTest, DiffsOfTheServerAreTold) {
  Life life;
  life.Then("desk/kim", To(v1::Article::PUBLISHED))
      .Then("desk/kim", [](v1::Article& article) {
        article.mutable_headline()->set_value("회담 시작");
        v1::ChangeNote& note = *article.mutable_change_note();
        note.set_class_(v1::ChangeNote::UPDATE);
        note.add_fields("headline");
        note.add_fields("body");
        note.add_diffs()->set_where("headline");
        note.mutable_diffs(0)->set_was("재개");
        note.mutable_diffs(0)->set_now("시작");
        note.add_diffs()->set_where("body/p2");
        note.mutable_diffs(1)->set_now("More.");
      });
  EXPECT_THAT(life.LastEvent(), ElementsAre("updated: headline, body",
                                            "headline: \"재개\" -> \"시작\"",
                                            "body/p2: added \"More.\""));
}

TEST(HistoryTextTest, ADiffIsNotToldBesideTheCorrectionThatItIs) {
  Life life;
  life.Then("desk/kim", To(v1::Article::PUBLISHED))
      .Then("desk/kim", [](v1::Article& article) {
        article.mutable_headline()->set_value("회담 시작");
        v1::ChangeNote& note = *article.mutable_change_note();
        note.set_class_(v1::ChangeNote::REFILE);
        note.add_fields("headline");
        for (auto* words : {note.add_corrections(), note.add_diffs()}) {
          words->set_where("headline");
          words->set_was("재개");
          words->set_now("시작");
        }
        note.mutable_corrections(0)->set_was("회담 재개");
        note.mutable_corrections(0)->set_now("회담 시작");
        note.add_diffs()->set_where("byline");
        note.mutable_diffs(1)->set_now("By K");
      });
  EXPECT_THAT(life.LastEvent(),
              ElementsAre("repaired: headline",
                          "headline: \"회담 재개\" -> \"회담 시작\"",
                          "byline: added \"By K\""));
}

// A life that ends with a kill, as it is told before and after.
Life KillRequested() {
  Life life;
  life.Then("desk/kim", To(v1::Article::PUBLISHED))
      .Then("desk/김철수", [](v1::Article& article) {
        v1::KillRequest& asked = *article.mutable_kill_request();
        asked.set_actor("desk/김철수");
        asked.set_reason("A court asked for it.");
        asked.set_action(v1::Tombstone::REMOVE);
        asked.mutable_request_time()->set_seconds(kStart + 2);
        asked.mutable_expire_time()->set_seconds(kStart + 3602);
      });
  return life;
}

TEST(HistoryTextTest, ARequestForAKillSaysWhoHasToAct) {
  Life life = KillRequested();
  EXPECT_THAT(
      life.LastEvent(),
      ElementsAre("asked for a kill", "reason: A court asked for it.",
                  "subscribers: remove every copy",
                  "another person can confirm until 2026-11-23T18:45:42Z"));
  life.Then("desk/lee", [](v1::Article& article) {
    article.mutable_headline()->set_value("x");
  });
  EXPECT_THAT(life.LastEvent().front(), HasSubstr("updated: headline"));
}

TEST(HistoryTextTest, WhatIsNotKeptIsSaidSoAndComparedWithNothing) {
  v1::Article outline;
  outline.set_name("articles/rail");
  outline.set_state(v1::Article::PUBLISHED);
  outline.set_language("en");
  outline.set_revision(1);
  outline.set_actor("kim");
  outline.mutable_revision_create_time()->set_seconds(kStart);
  v1::Article kept = Rail("Rail talks on");
  kept.set_revision(2);
  kept.set_actor("kim");
  *kept.mutable_revision_create_time() = outline.revision_create_time();
  const std::string text = HistoryText({outline, kept}, Terminal::None());
  EXPECT_THAT(text, HasSubstr("1   2026-11-23T17:45:40Z  kim  not kept any "
                              "more\n"));
  EXPECT_THAT(text, Not(HasSubstr("headline")));
}

TEST(HistoryTextTest, AKillNamesBothAndThatTheRestIsErased) {
  std::vector<v1::Article> revisions = KillRequested().revisions();
  revisions.push_back(revisions.back());
  revisions.back().set_actor("desk/lee");
  revisions.back().set_revision(3);
  for (v1::Article& revision : revisions) {
    v1::Article stub;
    stub.set_name(revision.name());
    stub.set_language("ko");
    stub.set_state(v1::Article::KILLED);
    stub.set_revision(revision.revision());
    stub.set_actor(revision.actor());
    stub.mutable_revision_create_time()->set_seconds(kStart);
    v1::StatusNote& note = *stub.mutable_status_note();
    note.set_reason("A court asked for it.");
    note.set_action(v1::Tombstone::REMOVE);
    note.set_actor("desk/lee");
    note.set_requested_by("desk/김철수");
    revision = stub;
  }
  EXPECT_EQ(HistoryText(revisions, Terminal::None()),
            "articles/rail (ko)\n"
            "1   2026-11-23T17:45:40Z  desk/kim     erased by the kill\n"
            "2   2026-11-23T17:45:40Z  desk/김철수  erased by the kill\n"
            "3   2026-11-23T17:45:40Z  desk/lee     killed, for ever\n"
            "      desk/김철수 had asked for it, desk/lee confirmed\n"
            "      reason: A court asked for it.\n"
            "      subscribers: remove every copy\n");
}

TEST(HistoryTextTest, AScreenCutsEventsAndWrapsDetails) {
  const Life life = KillRequested();
  for (int columns = 20; columns < 120; ++columns) {
    const Terminal screen = Terminal::Screen(columns, Terminal::Colour::kOff);
    for (const std::string& line :
         LinesOf(HistoryText(life.revisions(), screen))) {
      EXPECT_LE(DisplayWidth(line), std::max(columns, 24)) << line;
    }
  }
  EXPECT_THAT(HistoryText(life.revisions(),
                          Terminal::Screen(40, Terminal::Colour::kOff)),
              HasSubstr("      another person can confirm until\n"
                        "        2026-11-23T18:45:42Z\n"));
}

TEST(HistoryTextTest, ShowsColourOnlyWhereThereIs) {
  const Life life = KillRequested();
  EXPECT_THAT(HistoryText(life.revisions(),
                          Terminal::Screen(120, Terminal::Colour::kOn)),
              HasSubstr("\x1b[1;30;43masked for a kill\x1b[0m\n"));
  EXPECT_THAT(HistoryText(life.revisions(), Terminal::None()),
              Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace courant

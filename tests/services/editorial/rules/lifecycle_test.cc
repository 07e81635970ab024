#include "services/editorial/rules/lifecycle.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/errors/reason.h"
#include "tests/services/editorial/rules/sample_article.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using v1::Article;
using v1::Change;
using v1::ChangeNote;

constexpr int kCommandCount = static_cast<int>(Command::kExpire) + 1;
const absl::Time kNow = absl::FromUnixSeconds(1'800'000'000);

// An article in `state` that anything could be done to.
Standing In(Article::State state) {
  return {.state = state,
          .out_before = Article::PUBLISHED,
          .kill_requested_by = "desk/lee",
          .kill_request_ends = kNow + absl::Hours(1)};
}

absl::StatusOr<Transition> DecideIn(Article::State state, Command command) {
  return Decide(In(state), command, {"desk/kim", kNow});
}

struct LegalCase {
  Article::State from;
  Command command;
  Article::State to;
  Change::Kind kind;
  ChangeNote::Class note_class = ChangeNote::CLASS_UNSPECIFIED;
};

// Written down a second time, from the words of the newsroom.
std::vector<LegalCase> LegalCases() {
  constexpr Article::State kNone = Article::STATE_UNSPECIFIED;
  std::vector<LegalCase> cases = {
      {kNone, Command::kCreate, Article::DRAFT, Change::DRAFTED},
      {kNone, Command::kCreatePublished, Article::PUBLISHED, Change::PUBLISHED},
      {Article::DRAFT, Command::kUpdate, Article::DRAFT, Change::DRAFTED},
      {Article::DRAFT, Command::kPublish, Article::PUBLISHED,
       Change::PUBLISHED},
      {Article::DRAFT, Command::kSchedule, Article::SCHEDULED,
       Change::SCHEDULED},
      {Article::SCHEDULED, Command::kUpdate, Article::SCHEDULED,
       Change::DRAFTED},
      {Article::SCHEDULED, Command::kSchedule, Article::SCHEDULED,
       Change::SCHEDULED},
      {Article::SCHEDULED, Command::kUnschedule, Article::DRAFT,
       Change::UNSCHEDULED},
      {Article::SCHEDULED, Command::kPublish, Article::PUBLISHED,
       Change::PUBLISHED},
      {Article::SCHEDULED, Command::kPublishDue, Article::PUBLISHED,
       Change::PUBLISHED},
      {Article::EMBARGOED, Command::kUpdate, Article::EMBARGOED,
       Change::UPDATED, ChangeNote::UPDATE},
      {Article::EMBARGOED, Command::kPublish, Article::PUBLISHED,
       Change::EMBARGO_RELEASED},
      {Article::EMBARGOED, Command::kLiftEmbargo, Article::PUBLISHED,
       Change::EMBARGO_RELEASED},
      {Article::WITHHELD, Command::kRelease, Article::PUBLISHED,
       Change::HOLD_RELEASED},
      {Article::WITHDRAWN, Command::kRestore, Article::PUBLISHED,
       Change::RESTORED},
  };
  for (const Article::State out : {Article::PUBLISHED, Article::CORRECTED}) {
    cases.push_back(
        {out, Command::kUpdate, out, Change::UPDATED, ChangeNote::UPDATE});
    cases.push_back(
        {out, Command::kRefile, out, Change::REFILED, ChangeNote::REFILE});
    cases.push_back({out, Command::kCorrect, Article::CORRECTED,
                     Change::CORRECTED, ChangeNote::CORRECTION});
  }
  for (const Article::State out :
       {Article::EMBARGOED, Article::PUBLISHED, Article::CORRECTED}) {
    cases.push_back({out, Command::kHold, Article::WITHHELD, Change::HELD});
  }
  for (const Article::State out : {Article::EMBARGOED, Article::PUBLISHED,
                                   Article::CORRECTED, Article::WITHHELD}) {
    cases.push_back(
        {out, Command::kWithdraw, Article::WITHDRAWN, Change::WITHDRAWN});
    cases.push_back({out, Command::kExpire, Article::EXPIRED, Change::EXPIRED});
  }
  for (const Article::State out :
       {Article::EMBARGOED, Article::PUBLISHED, Article::CORRECTED,
        Article::WITHHELD, Article::WITHDRAWN, Article::EXPIRED}) {
    cases.push_back({out, Command::kRequestKill, out, Change::KILL_REQUESTED});
    cases.push_back(
        {out, Command::kConfirmKill, Article::KILLED, Change::KILLED});
  }
  return cases;
}

TEST(LifecycleTest, EachLegalMoveLeadsWhereTheNewsroomSays) {
  for (const LegalCase& row : LegalCases()) {
    SCOPED_TRACE(absl::StrCat(Article::State_Name(row.from), " ",
                              CommandName(row.command)));
    COURANT_ASSERT_OK_AND_ASSIGN(const Transition transition,
                                 DecideIn(row.from, row.command));
    EXPECT_EQ(transition.to, row.to);
    EXPECT_EQ(transition.kind, row.kind);
    EXPECT_EQ(transition.note_class, row.note_class);
  }
}

TEST(LifecycleTest, RefusesEverythingElseNamingTheState) {
  const std::vector<LegalCase> legal_cases = LegalCases();
  for (int number = Article::State_MIN; number <= Article::State_MAX;
       ++number) {
    const auto state = static_cast<Article::State>(number);
    for (int i = 0; i < kCommandCount; ++i) {
      const auto command = static_cast<Command>(i);
      const bool legal = std::any_of(
          legal_cases.begin(), legal_cases.end(), [&](const LegalCase& row) {
            return row.from == state && row.command == command;
          });
      const absl::Status status = DecideIn(state, command).status();
      ASSERT_EQ(status.ok(), legal)
          << Article::State_Name(state) << " " << CommandName(command);
      if (legal) continue;
      EXPECT_EQ(ReasonOf(status), v1::ILLEGAL_TRANSITION);
      EXPECT_EQ(MetadataOf(status, "state"), Article::State_Name(state));
    }
  }
}

TEST(LifecycleTest, ARefusalSaysWhatIsAllowed) {
  const auto allowed = [](Article::State state, Command command) {
    return MetadataOf(DecideIn(state, command).status(), "allowed");
  };
  EXPECT_EQ(allowed(Article::DRAFT, Command::kCreate),
            "update,schedule,publish");
  EXPECT_EQ(allowed(Article::PUBLISHED, Command::kPublish),
            "update,correct,refile,hold,withdraw,kill");
  EXPECT_EQ(allowed(Article::KILLED, Command::kUpdate), "");
  EXPECT_EQ(allowed(Article::STATE_UNSPECIFIED, Command::kPublish), "create");
}

TEST(LifecycleTest, WhatGoesOutWaitsForItsEmbargo) {
  Standing draft = In(Article::DRAFT);
  draft.embargo_until = kNow + absl::Microseconds(1);
  COURANT_ASSERT_OK_AND_ASSIGN(
      const Transition waits,
      Decide(draft, Command::kPublish, {"desk/kim", kNow}));
  EXPECT_EQ(waits.to, Article::EMBARGOED);
  EXPECT_EQ(waits.kind, Change::PRE_NOTICED);
  draft.embargo_until = kNow;
  COURANT_ASSERT_OK_AND_ASSIGN(
      const Transition goes,
      Decide(draft, Command::kPublish, {"desk/kim", kNow}));
  EXPECT_EQ(goes.to, Article::PUBLISHED);
}

TEST(LifecycleTest, AHoldLeadsBackAndAnEmbargoThatEndedStaysEnded) {
  const auto back = [](Article::State before, absl::Duration embargo) {
    Standing held = In(Article::WITHHELD);
    held.out_before = before;
    held.embargo_until = kNow + embargo;
    return Decide(held, Command::kRelease, {"desk/kim", kNow})->to;
  };
  EXPECT_EQ(back(Article::EMBARGOED, absl::Hours(1)), Article::EMBARGOED);
  EXPECT_EQ(back(Article::EMBARGOED, -absl::Hours(1)), Article::PUBLISHED);
  EXPECT_EQ(back(Article::CORRECTED, -absl::Hours(1)), Article::CORRECTED);
  EXPECT_EQ(back(Article::PUBLISHED, -absl::Hours(1)), Article::PUBLISHED);
}

TEST(LifecycleTest, AKillTakesTwoPeopleWithinTheWindow) {
  Standing asked = In(Article::PUBLISHED);
  const auto confirm = [&](absl::string_view actor, absl::Time now) {
    return ReasonOf(
        Decide(asked, Command::kConfirmKill, {actor, now}).status());
  };
  EXPECT_EQ(confirm("desk/lee", kNow), v1::SECOND_PERSON_REQUIRED);
  EXPECT_EQ(confirm("desk/kim", kNow + absl::Hours(1)), v1::KILL_NOT_REQUESTED);
  EXPECT_EQ(confirm("desk/kim", kNow + absl::Hours(1) - absl::Microseconds(1)),
            v1::ERROR_REASON_UNSPECIFIED);
  asked.kill_requested_by.clear();
  EXPECT_EQ(confirm("desk/kim", kNow), v1::KILL_NOT_REQUESTED);
}

TEST(LifecycleTest, WhatTheNewsroomSaysAboutUseFollowsFromTheState) {
  EXPECT_EQ(PubStatusOf(Article::DRAFT), Article::PUB_STATUS_UNSPECIFIED);
  EXPECT_EQ(PubStatusOf(Article::SCHEDULED), Article::PUB_STATUS_UNSPECIFIED);
  EXPECT_EQ(PubStatusOf(Article::EMBARGOED), Article::PUB_STATUS_USABLE);
  EXPECT_EQ(PubStatusOf(Article::PUBLISHED), Article::PUB_STATUS_USABLE);
  EXPECT_EQ(PubStatusOf(Article::CORRECTED), Article::PUB_STATUS_USABLE);
  EXPECT_EQ(PubStatusOf(Article::WITHHELD), Article::PUB_STATUS_WITHHELD);
  EXPECT_EQ(PubStatusOf(Article::WITHDRAWN), Article::PUB_STATUS_CANCELED);
  EXPECT_EQ(PubStatusOf(Article::KILLED), Article::PUB_STATUS_CANCELED);
  EXPECT_EQ(PubStatusOf(Article::EXPIRED), Article::PUB_STATUS_CANCELED);
}

TEST(LifecycleTest, OnlyPublishedAndCorrectedArePublic) {
  for (int number = Article::State_MIN; number <= Article::State_MAX;
       ++number) {
    const auto state = static_cast<Article::State>(number);
    EXPECT_EQ(IsPublic(state),
              state == Article::PUBLISHED || state == Article::CORRECTED);
  }
}

}  // namespace
}  // namespace courant

#include "services/cli/drill_judge.h"

#include <gtest/gtest.h>

#include <string>

#include "google/protobuf/text_format.h"

namespace courant {
namespace {

using State = DrillVerdict::State;
using Kind = DrillTask::Kind;

v1::Exposure Given(const std::string& text) {
  v1::Exposure exposure;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &exposure));
  return exposure;
}

DrillTask TaskOf(v1::Change::Kind notice, int64_t revision) {
  DrillTask task{Kind::kApplyNotice, revision};
  task.notice = notice;
  return task;
}

TEST(DrillJudgeTest, TextIsTakenWithTheRevisionOrALaterOne) {
  const DrillTask task{Kind::kTakeText, 3};
  EXPECT_EQ(JudgeDrill(task, Given("revision: 3")).state, State::kDone);
  EXPECT_EQ(JudgeDrill(task, Given("revision: 4")).state, State::kDone);
  const DrillVerdict older = JudgeDrill(task, Given("revision: 2"));
  EXPECT_EQ(older.state, State::kNotYet);
  EXPECT_EQ(older.words, "took revision 2, not 3");
  EXPECT_EQ(JudgeDrill(task, Given("metadata_revisions: 1")).state,
            State::kNotYet);
}

TEST(DrillJudgeTest, TextThatLeftBeforeItsTimeIsWrong) {
  DrillTask task{Kind::kTakeText, 1};
  task.not_before = absl::FromUnixSeconds(100);
  EXPECT_EQ(
      JudgeDrill(task, Given("revision: 1 deliver_time {seconds: 100}")).state,
      State::kDone);
  EXPECT_EQ(JudgeDrill(task, Given("revision: 1 deliver_time "
                                   "{seconds: 99 nanos: 999999999}"))
                .state,
            State::kWrong);
}

TEST(DrillJudgeTest, APreNoticeHasNoText) {
  const DrillTask task{Kind::kTakePreNotice, 1};
  EXPECT_EQ(JudgeDrill(task, Given("metadata_revisions: 1")).state,
            State::kDone);
  EXPECT_EQ(JudgeDrill(task, Given("")).state, State::kNotYet);
  EXPECT_EQ(
      JudgeDrill(task, Given("metadata_revisions: 1 full_revisions: 1")).state,
      State::kWrong);
}

TEST(DrillJudgeTest, ANoticeIsDoneWhenThePartnerSaysThatItIsApplied) {
  const auto judge = [](const std::string& state) {
    return JudgeDrill(TaskOf(v1::Change::KILLED, 5),
                      Given("revision: 4 notice {kind: KILLED revision: 5 "
                            "url: 'https://a.example/' comment: 'No.' state: " +
                            state + "}"));
  };
  EXPECT_EQ(judge("APPLIED").state, State::kDone);
  EXPECT_EQ(judge("APPLIED").words, "said APPLIED, https://a.example/");
  EXPECT_EQ(judge("PENDING").state, State::kNotYet);
  EXPECT_EQ(judge("DELIVERED").state, State::kNotYet);
  EXPECT_EQ(judge("ACKNOWLEDGED").state, State::kNotYet);
  EXPECT_EQ(judge("REFUSED").state, State::kWrong);
  EXPECT_EQ(judge("REFUSED").words, "refused: No.");
}

TEST(DrillJudgeTest, ANoticeOfSomethingElseDoesNotCount) {
  const v1::Exposure other =
      Given("revision: 9 notice {kind: HELD revision: 5 state: APPLIED}");
  EXPECT_EQ(JudgeDrill(TaskOf(v1::Change::KILLED, 5), other).state,
            State::kNotYet);
  EXPECT_EQ(JudgeDrill(TaskOf(v1::Change::HELD, 6), other).state,
            State::kNotYet);
  EXPECT_EQ(JudgeDrill(TaskOf(v1::Change::HELD, 5), other).state, State::kDone);
}

TEST(DrillJudgeTest, ACorrectionIsDoneWithTheRightWordsAlone) {
  const std::string notice =
      "notice {kind: CORRECTED revision: 2 state: APPLIED} ";
  EXPECT_EQ(JudgeDrill(TaskOf(v1::Change::CORRECTED, 2),
                       Given(notice + "revision: 1"))
                .state,
            State::kNotYet);
  EXPECT_EQ(JudgeDrill(TaskOf(v1::Change::CORRECTED, 2),
                       Given(notice + "revision: 2"))
                .state,
            State::kDone);
}

TEST(DrillJudgeTest, WhoHasNoRightMustGetNothing) {
  const DrillTask task{Kind::kGetNothing};
  EXPECT_EQ(JudgeDrill(task, Given("")).state, State::kDone);
  EXPECT_EQ(JudgeDrill(task, Given("full_revisions: 1")).state, State::kWrong);
  EXPECT_EQ(JudgeDrill(task, Given("metadata_revisions: 1")).state,
            State::kWrong);
}

TEST(DrillJudgeTest, WhatIsMissedSaysWhatToDo) {
  for (const Kind kind :
       {Kind::kTakeText, Kind::kTakePreNotice, Kind::kApplyNotice}) {
    EXPECT_NE(JudgeDrill({kind, 1}, v1::Exposure()).advice, "");
  }
}

}  // namespace
}  // namespace courant

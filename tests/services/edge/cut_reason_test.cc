#include "services/edge/cut_reason.h"

#include <gtest/gtest.h>

namespace courant {
namespace {

const ConnectionLimits kLimits;

std::optional<CutReason> Cut(const ConnectionFacts& facts) {
  return Judge(facts, kLimits);
}

TEST(JudgeTest, AKeyHasToBeShownInTime) {
  ConnectionFacts facts{.age = kLimits.first_call};
  EXPECT_EQ(Cut(facts), std::nullopt);
  facts.age += absl::Milliseconds(1);
  EXPECT_EQ(Cut(facts), CutReason::kFirstCall);
  facts.admitted = true;
  EXPECT_EQ(Cut(facts), std::nullopt);
}

TEST(JudgeTest, WhatIsConfirmedCountsForWhoShowedAKey) {
  ConnectionFacts facts{.received = kLimits.bytes};
  EXPECT_EQ(Cut(facts), std::nullopt);
  facts.received += 1;
  EXPECT_EQ(Cut(facts), CutReason::kBytes);
  facts.confirmed = 1;
  EXPECT_EQ(Cut(facts), CutReason::kBytes);
  facts.admitted = true;
  EXPECT_EQ(Cut(facts), std::nullopt);
  facts.received += 1;
  EXPECT_EQ(Cut(facts), CutReason::kBytes);
}

TEST(JudgeTest, MoreStreamsThanClientsAreTold) {
  ConnectionFacts facts{.open_streams = kLimits.streams};
  EXPECT_EQ(Cut(facts), std::nullopt);
  facts.open_streams += 1;
  EXPECT_EQ(Cut(facts), CutReason::kStreams);
  facts.admitted = true;
  EXPECT_EQ(Cut(facts), std::nullopt);
  facts.open_streams = kLimits.partner_streams + 1;
  EXPECT_EQ(Cut(facts), CutReason::kStreams);
}

// A partner may ask as often as its quota lets it, and is answered each time.
TEST(JudgeTest, AnsweredCallsCountForStrangersAlone) {
  ConnectionFacts facts{.admitted = true,
                        .started = 10 * kLimits.stream_rate,
                        .unanswered = kLimits.stream_rate};
  EXPECT_EQ(Cut(facts), std::nullopt);
  facts.unanswered += 1;
  EXPECT_EQ(Cut(facts), CutReason::kStreamRate);
  facts = {.started = kLimits.stream_rate};
  EXPECT_EQ(Cut(facts), std::nullopt);
  facts.started += 1;
  EXPECT_EQ(Cut(facts), CutReason::kStreamRate);
}

TEST(JudgeTest, AGoodKeyIsGoodWhateverElseWasTried) {
  ConnectionFacts facts{.tries_keys = true};
  EXPECT_EQ(Cut(facts), CutReason::kLogins);
  facts.admitted = true;
  EXPECT_EQ(Cut(facts), std::nullopt);
}

}  // namespace
}  // namespace courant

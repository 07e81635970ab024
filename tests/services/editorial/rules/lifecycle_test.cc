#include "services/editorial/rules/lifecycle.h"

#include <string>
#include <vector>

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

constexpr Command kCommands[] = {Command::kCreate, Command::kCreatePublished,
                                 Command::kUpdate, Command::kPublish};

struct LegalCase {
  const char* name;
  Article::State from;
  Command command;
  Article::State to;
  Change::Kind kind;
  ChangeNote::Class note_class;
};

const std::vector<LegalCase>& LegalCases() {
  static const auto& cases = *new std::vector<LegalCase>{
      {"CreateMakesADraft", Article::STATE_UNSPECIFIED, Command::kCreate,
       Article::DRAFT, Change::DRAFTED, ChangeNote::CLASS_UNSPECIFIED},
      {"CreatePublishedIsOneChange", Article::STATE_UNSPECIFIED,
       Command::kCreatePublished, Article::PUBLISHED, Change::PUBLISHED,
       ChangeNote::CLASS_UNSPECIFIED},
      {"UpdateOfADraftStaysInTheHouse", Article::DRAFT, Command::kUpdate,
       Article::DRAFT, Change::DRAFTED, ChangeNote::CLASS_UNSPECIFIED},
      {"PublishMakesADraftPublic", Article::DRAFT, Command::kPublish,
       Article::PUBLISHED, Change::PUBLISHED, ChangeNote::CLASS_UNSPECIFIED},
      {"UpdateOfAPublishedOneIsNewReporting", Article::PUBLISHED,
       Command::kUpdate, Article::PUBLISHED, Change::UPDATED,
       ChangeNote::UPDATE},
      {"UpdateOfACorrectedOneStaysCorrected", Article::CORRECTED,
       Command::kUpdate, Article::CORRECTED, Change::UPDATED,
       ChangeNote::UPDATE},
  };
  return cases;
}

class LegalTest : public testing::TestWithParam<LegalCase> {};

TEST_P(LegalTest, IsAllowed) {
  const LegalCase& row = GetParam();
  COURANT_ASSERT_OK_AND_ASSIGN(const Transition transition,
                               Decide(row.from, row.command));
  EXPECT_EQ(transition.to, row.to);
  EXPECT_EQ(transition.kind, row.kind);
  EXPECT_EQ(transition.note_class, row.note_class);
}

INSTANTIATE_TEST_SUITE_P(Lifecycle, LegalTest, testing::ValuesIn(LegalCases()),
                         [](const auto& info) { return info.param.name; });

TEST(LifecycleTest, RefusesEverythingElseNamingTheState) {
  for (int number = Article::State_MIN; number <= Article::State_MAX;
       ++number) {
    const auto state = static_cast<Article::State>(number);
    for (const Command command : kCommands) {
      const bool legal = std::any_of(
          LegalCases().begin(), LegalCases().end(), [&](const LegalCase& row) {
            return row.from == state && row.command == command;
          });
      const absl::Status status = Decide(state, command).status();
      ASSERT_EQ(status.ok(), legal) << Article::State_Name(state);
      if (legal) continue;
      EXPECT_EQ(ReasonOf(status), v1::ILLEGAL_TRANSITION);
      EXPECT_EQ(MetadataOf(status, "state"), Article::State_Name(state));
    }
  }
}

TEST(LifecycleTest, ARefusalSaysWhatIsAllowed) {
  const auto allowed = [](Article::State state, Command command) {
    return MetadataOf(Decide(state, command).status(), "allowed");
  };
  EXPECT_EQ(allowed(Article::DRAFT, Command::kCreate), "update,publish");
  EXPECT_EQ(allowed(Article::PUBLISHED, Command::kPublish), "update");
  EXPECT_EQ(allowed(Article::KILLED, Command::kUpdate), "");
  EXPECT_EQ(allowed(Article::STATE_UNSPECIFIED, Command::kPublish), "create");
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

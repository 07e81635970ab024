#include "services/ledger/notice_rules.h"

#include <set>
#include <utility>

#include "gtest/gtest.h"

namespace courant {
namespace {

using v1::Change;
using v1::Notice;

TEST(NoticeRulesTest, FourKindsAskSomethingAndTwoTakeItBack) {
  std::set<int> ask;
  std::set<int> concern;
  for (int kind = 0; kind < Change::Kind_ARRAYSIZE; ++kind) {
    if (AsksHolders(static_cast<Change::Kind>(kind))) ask.insert(kind);
    if (ConcernsHolders(static_cast<Change::Kind>(kind))) concern.insert(kind);
  }
  EXPECT_EQ(ask, (std::set<int>{Change::CORRECTED, Change::HELD,
                                Change::WITHDRAWN, Change::KILLED}));
  ask.insert({Change::HOLD_RELEASED, Change::RESTORED});
  EXPECT_EQ(concern, ask);
}

// The table of the header, and nothing besides.
TEST(NoticeRulesTest, WhatMakesWhatPointless) {
  const std::set<std::pair<int, int>> earlier_and_later = {
      {Change::CORRECTED, Change::WITHDRAWN},
      {Change::CORRECTED, Change::KILLED},
      {Change::HELD, Change::HOLD_RELEASED},
      {Change::HELD, Change::WITHDRAWN},
      {Change::HELD, Change::RESTORED},
      {Change::HELD, Change::KILLED},
      {Change::WITHDRAWN, Change::RESTORED},
      {Change::WITHDRAWN, Change::KILLED},
  };
  for (int earlier = 0; earlier < Change::Kind_ARRAYSIZE; ++earlier) {
    for (int later = 0; later < Change::Kind_ARRAYSIZE; ++later) {
      if (!AsksHolders(static_cast<Change::Kind>(earlier))) continue;
      EXPECT_EQ(MakesPointless(static_cast<Change::Kind>(later),
                               static_cast<Change::Kind>(earlier)),
                earlier_and_later.contains({earlier, later}))
          << earlier << " then " << later;
    }
  }
}

TEST(NoticeRulesTest, WhatIsDoneIsNotUndoneByKnowing) {
  EXPECT_EQ(StateAfter(Notice::DELIVERED, Notice::ACKNOWLEDGED),
            Notice::ACKNOWLEDGED);
  EXPECT_EQ(StateAfter(Notice::APPLIED, Notice::ACKNOWLEDGED), Notice::APPLIED);
  EXPECT_EQ(StateAfter(Notice::APPLIED, Notice::REFUSED), Notice::REFUSED);
  EXPECT_EQ(StateAfter(Notice::REFUSED, Notice::APPLIED), Notice::APPLIED);
  EXPECT_TRUE(IsOpen(Notice::PENDING));
  EXPECT_TRUE(IsOpen(Notice::DELIVERED));
  for (const auto state : {Notice::ACKNOWLEDGED, Notice::APPLIED,
                           Notice::REFUSED, Notice::SUPERSEDED}) {
    EXPECT_FALSE(IsOpen(state)) << state;
  }
}

}  // namespace
}  // namespace courant

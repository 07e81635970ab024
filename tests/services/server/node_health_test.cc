#include "services/server/node_health.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace courant {
namespace {

using Phase = NodeState::Phase;
using Storage = NodeState::Storage;

TEST(NodeHealthTest, EveryStateAndItsAnswers) {
  struct Row {
    NodeState state;
    bool is_ready;
  };
  const Row table[] = {
      {{Phase::kOpening, Storage::kGood}, false},
      {{Phase::kOpening, Storage::kFull}, false},
      {{Phase::kOpening, Storage::kBroken}, false},
      {{Phase::kServing, Storage::kGood}, true},
      {{Phase::kServing, Storage::kFull}, true},
      {{Phase::kServing, Storage::kBroken}, false},
      {{Phase::kDraining, Storage::kGood}, false},
      {{Phase::kDraining, Storage::kFull}, false},
      {{Phase::kDraining, Storage::kBroken}, false},
  };
  for (const Row& row : table) {
    SCOPED_TRACE(testing::Message() << static_cast<int>(row.state.phase) << " "
                                    << static_cast<int>(row.state.storage));
    EXPECT_EQ(IsReady(row.state), row.is_ready);
    EXPECT_TRUE(IsAlive(row.state));
  }
}

TEST(NodeHealthTest, EachChangeIsTold) {
  NodeHealth health;
  std::vector<bool> told;
  health.TellTo([&told](bool is_ready) { told.push_back(is_ready); });
  EXPECT_FALSE(health.is_ready());
  health.Enter(Phase::kServing);
  EXPECT_TRUE(health.is_ready());
  health.Break();
  EXPECT_FALSE(health.is_ready());
  health.TellTo(nullptr);
  health.Enter(Phase::kDraining);
  EXPECT_EQ(told, std::vector<bool>({false, true, false}));
}

TEST(NodeHealthTest, WhatItSaysCanBeMeasured) {
  NodeHealth health;
  // courant_ready, courant_draining
  const auto measured = [&health] {
    std::vector<std::pair<std::string, double>> values;
    for (const auto& family : health.Collect()) {
      values.emplace_back(family.name, family.metric.at(0).gauge.value);
    }
    return values;
  };
  const auto wanted = [](double ready, double draining) {
    return std::vector<std::pair<std::string, double>>{
        {"courant_ready", ready}, {"courant_draining", draining}};
  };
  EXPECT_EQ(measured(), wanted(0, 0));
  health.Enter(Phase::kServing);
  EXPECT_EQ(measured(), wanted(1, 0));
  health.Break();
  EXPECT_EQ(measured(), wanted(0, 0));
  health.Enter(Phase::kDraining);
  EXPECT_EQ(measured(), wanted(0, 1));
}

}  // namespace
}  // namespace courant

#include "services/server/server_pools.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "absl/synchronization/notification.h"

namespace courant {
namespace {

std::map<std::string, double> QueueLengths(const ServerPools& pools) {
  std::map<std::string, double> lengths;
  for (const auto& family : pools.Collect()) {
    EXPECT_EQ(family.name, "courant_thread_pool_queue_length");
    for (const auto& metric : family.metric) {
      lengths[metric.label.at(0).value] = metric.gauge.value;
    }
  }
  return lengths;
}

TEST(ServerPoolsTest, WhatWaitsForAThreadIsCountedByPool) {
  absl::Notification go_on;
  // Goes first, as tasks do that refer to the other.
  ServerPools pools(/*unary_threads=*/1);
  const std::map<std::string, double> none = {
      {"unary", 0},  {"partner", 0},        {"stream", 0},
      {"replay", 0}, {"partner_stream", 0}, {"partner_replay", 0}};
  EXPECT_EQ(QueueLengths(pools), none);
  const auto wait = [&go_on] { go_on.WaitForNotification(); };
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(pools.unary.TryPost(wait));
  // Half of the threads of a pool are one partner's, at most.
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(pools.partner_queue.TryPost("daily", wait));
  }
  while (pools.unary.Running() < 1 || pools.partner.Running() < 4) {
  }
  std::map<std::string, double> wanted = none;
  wanted["unary"] = 3;
  wanted["partner"] = 6;
  EXPECT_EQ(QueueLengths(pools), wanted);
  go_on.Notify();
  pools.Shutdown();
  EXPECT_EQ(QueueLengths(pools), none);
}

}  // namespace
}  // namespace courant

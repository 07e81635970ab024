#include "services/subscriptions/subscription_metrics.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/storage/store_fixture.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

TEST(SubscriptionMetricsTest, HaveASeriesForThoseFurthestBehindAlone) {
  storage::StoreFixture fixture;
  ASSERT_THAT(fixture.Open(), IsOk());
  for (int i = 0; i < 100; ++i) {
    ASSERT_THAT(fixture.Write("a", "text"), IsOk());
  }
  storage::SubscriptionStore& store = fixture.store->subscriptions();
  for (int i = 0; i < 80; ++i) {
    ASSERT_THAT(store.Run([i](storage::SubscriptionEdit& edit)
                              -> absl::StatusOr<std::string> {
      storage::v1::SubscriptionRow row;
      row.set_committed_sequence(static_cast<uint64_t>(i));
      edit.Put(absl::StrCat("partners/site/subscriptions/s", i), row, true);
      return std::string();
    }),
                IsOk());
  }
  SubscriptionMetrics metrics(store, fixture.store->change_log(),
                              *fixture.registry);
  const auto families = metrics.Collect();
  ASSERT_EQ(families.size(), 2u);
  EXPECT_EQ(families[0].metric.at(0).gauge.value, 80);
  ASSERT_EQ(families[1].metric.size(), SubscriptionMetrics::kMaxSeries);
  EXPECT_EQ(families[1].metric.front().gauge.value, 100);
  EXPECT_EQ(families[1].metric.front().label.at(0).value,
            "partners/site/subscriptions/s0");
  EXPECT_EQ(families[1].metric.back().gauge.value, 51);
}

}  // namespace
}  // namespace courant

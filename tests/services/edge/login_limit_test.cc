#include "services/edge/login_limit.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace courant {
namespace {

constexpr absl::Time kBegin = absl::UnixEpoch();

TEST(LoginLimitTest, ABurstThenARate) {
  prometheus::Registry registry;
  LoginLimit limit(/*per_minute=*/6, /*burst=*/3, registry);
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(limit.Fail("a", kBegin)) << i;
  EXPECT_TRUE(limit.Fail("a", kBegin));
  EXPECT_TRUE(limit.Fail("a", kBegin + absl::Seconds(9)));
  // That one took nothing.
  EXPECT_FALSE(limit.Fail("a", kBegin + absl::Seconds(10)));
  EXPECT_TRUE(limit.Fail("a", kBegin + absl::Seconds(10)));
  EXPECT_FALSE(limit.Fail("b", kBegin + absl::Seconds(10)));
  // No more than the burst, however long the pause.
  const absl::Time later = kBegin + absl::Hours(1);
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(limit.Fail("a", later)) << i;
  EXPECT_TRUE(limit.Fail("a", later));
}

TEST(AddressLimitTest, AnotherRateHoldsForWhoIsKnown) {
  AddressLimit limit(/*per_minute=*/6, /*burst=*/10);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(limit.Take("a", kBegin)) << i;
  limit.SetRate(/*per_minute=*/60, /*burst=*/2);
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(limit.Take("a", kBegin)) << i;
  EXPECT_FALSE(limit.Take("a", kBegin));
  EXPECT_TRUE(limit.Take("a", kBegin + absl::Seconds(1)));
  EXPECT_FALSE(limit.Take("a", kBegin + absl::Seconds(1)));
}

TEST(AddressLimitTest, AskingTakesNothing) {
  AddressLimit limit(/*per_minute=*/60, /*burst=*/1);
  EXPECT_FALSE(limit.IsSpent("a", kBegin));
  EXPECT_TRUE(limit.Take("a", kBegin));
  EXPECT_TRUE(limit.IsSpent("a", kBegin));
  EXPECT_FALSE(limit.Take("a", kBegin));
  EXPECT_FALSE(limit.IsSpent("b", kBegin));
  EXPECT_FALSE(limit.IsSpent("a", kBegin + absl::Seconds(1)));
  EXPECT_TRUE(limit.Take("a", kBegin + absl::Seconds(1)));
}

TEST(LoginLimitTest, ManyAddressesTakeNoMoreMemory) {
  prometheus::Registry registry;
  LoginLimit limit(/*per_minute=*/60, /*burst=*/1, registry);
  EXPECT_FALSE(limit.Fail("empty", kBegin + absl::Seconds(10)));
  for (size_t i = 1; i < AddressLimit::kMaxAddresses; ++i) {
    EXPECT_FALSE(limit.Fail(absl::StrCat(i), kBegin));
  }
  // There is room for this one: those of the beginning are full by now.
  EXPECT_FALSE(limit.Fail("another", kBegin + absl::Seconds(10)));
  EXPECT_TRUE(limit.Fail("empty", kBegin + absl::Seconds(10)));
  EXPECT_TRUE(limit.Fail("another", kBegin + absl::Seconds(10)));
}

}  // namespace
}  // namespace courant

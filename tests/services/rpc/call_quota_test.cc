#include "services/rpc/call_quota.h"

#include <memory>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/errors/reason.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

class CallQuotaTest : public testing::Test {
 protected:
  bool Call(const char* who, QuotaKind kind = QuotaKind::kCalls) {
    return quota_.TakeCall(who, kind).ok();
  }
  int Calls(const char* who, int asked, QuotaKind kind = QuotaKind::kCalls) {
    int taken = 0;
    for (int i = 0; i < asked; ++i) taken += Call(who, kind) ? 1 : 0;
    return taken;
  }

  absl::Time now_ = absl::FromUnixSeconds(1000);
  prometheus::Registry registry_;
  CallQuota quota_{{.calls_per_second = 10, .call_burst = 30, .max_streams = 2},
                   registry_,
                   [this] { return now_; }};
};

TEST_F(CallQuotaTest, ABurstAndThenTheRate) {
  EXPECT_EQ(Calls("a", 100), 30);
  now_ += absl::Milliseconds(99);
  EXPECT_FALSE(Call("a"));
  now_ += absl::Milliseconds(2);
  EXPECT_EQ(Calls("a", 100), 1);
  now_ += absl::Seconds(1);
  EXPECT_EQ(Calls("a", 100), 10);
  // A pause fills it, but not beyond.
  now_ += absl::Hours(1);
  EXPECT_EQ(Calls("a", 100), 30);
}

TEST_F(CallQuotaTest, OfEachPartnerAndOfEachKind) {
  EXPECT_EQ(Calls("a", 100), 30);
  EXPECT_EQ(Calls("b", 100), 30);
  EXPECT_EQ(Calls("a", 100, QuotaKind::kNotices), 30);
  EXPECT_EQ(Calls("a", 100), 0);
}

TEST_F(CallQuotaTest, ARefusalSaysWhichAndWhenToComeBack) {
  Calls("a", 100);
  now_ += absl::Milliseconds(25);
  const absl::Status refused = quota_.TakeCall("a", QuotaKind::kCalls);
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(refused), v1::QUOTA_EXCEEDED);
  EXPECT_EQ(ErrorInfoOf(refused)->metadata().at("quota"), "calls");
  EXPECT_EQ(ErrorInfoOf(refused)->metadata().at("limit"), "10");
  const absl::Duration delay = *RetryDelayOf(refused);
  EXPECT_EQ(absl::ToInt64Milliseconds(delay), 75);
  now_ += delay + absl::Nanoseconds(1);
  EXPECT_TRUE(Call("a"));
}

TEST_F(CallQuotaTest, AStreamIsGivenBackWithItsLastCopy) {
  std::vector<std::shared_ptr<const void>> leases(3);
  EXPECT_THAT(quota_.TakeStream("a", &leases[0]), IsOk());
  EXPECT_THAT(quota_.TakeStream("a", &leases[1]), IsOk());
  EXPECT_EQ(ReasonOf(quota_.TakeStream("a", &leases[2])), v1::QUOTA_EXCEEDED);
  EXPECT_THAT(quota_.TakeStream("b", &leases[2]), IsOk());
  EXPECT_EQ(quota_.UsageOf("a").open_streams, 2);
  const auto copy = leases[0];
  leases[0] = nullptr;
  EXPECT_EQ(ReasonOf(quota_.TakeStream("a", &leases[2])), v1::QUOTA_EXCEEDED);
  leases[1] = nullptr;
  EXPECT_THAT(quota_.TakeStream("a", &leases[0]), IsOk());
}

TEST_F(CallQuotaTest, UsageIsAsOfNow) {
  EXPECT_EQ(quota_.UsageOf("a").calls_left, 30);
  Calls("a", 25);
  EXPECT_EQ(quota_.UsageOf("a").calls_left, 5);
  now_ += absl::Seconds(1);
  EXPECT_EQ(quota_.UsageOf("a").calls_left, 15);
  EXPECT_EQ(quota_.UsageOf("b").calls_left, 30);
}

}  // namespace
}  // namespace courant

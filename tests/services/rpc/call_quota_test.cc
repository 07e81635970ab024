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
    return quota_.Of(who)->TakeCall(kind).ok();
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

TEST_F(CallQuotaTest, AKeyHasLimitsWithinThoseOfItsPartner) {
  QuotaLimits limits = QuotaLimits::None();
  limits.call_burst = 20;
  limits.calls_per_second = 5;
  limits.max_streams = 1;
  const auto key = quota_.Of("a", "a/keys/1", limits);
  EXPECT_EQ(quota_.Of("a", "a/keys/1", limits), key);
  EXPECT_EQ(key->limits().call_burst, 20);
  EXPECT_EQ(key->limits().openings_per_minute, 3000);
  EXPECT_EQ(key->usage().calls_left, 20);
  int taken = 0;
  for (int i = 0; i < 100; ++i) {
    taken += key->TakeCall(QuotaKind::kCalls).ok() ? 1 : 0;
  }
  EXPECT_EQ(taken, 20);
  // What it took is gone for the partner, whose other keys have the rest.
  EXPECT_EQ(Calls("a", 100), 10);
  now_ += absl::Hours(1);
  EXPECT_EQ(Calls("a", 25), 25);
  EXPECT_EQ(key->usage().calls_left, 5);
  taken = 0;
  for (int i = 0; i < 100; ++i) {
    taken += key->TakeCall(QuotaKind::kCalls).ok() ? 1 : 0;
  }
  EXPECT_EQ(taken, 5);

  std::shared_ptr<const void> first;
  std::shared_ptr<const void> second;
  EXPECT_TRUE(key->TakeStream(&first).ok());
  EXPECT_FALSE(key->TakeStream(&second).ok());
  EXPECT_TRUE(quota_.Of("a")->TakeStream(&second).ok());
  first.reset();
  // The partner has one open, and may have two.
  EXPECT_TRUE(key->TakeStream(&first).ok());
  EXPECT_EQ(quota_.Of("a")->usage().open_streams, 2);
  EXPECT_FALSE(quota_.Of("b")->limits().max_streams == 1);
}

TEST_F(CallQuotaTest, BytesOfAKeyCountForItsPartner) {
  QuotaLimits limits = QuotaLimits::None();
  limits.bytes_per_second = 1 << 20;
  const auto key = quota_.Of("a", "a/keys/1", limits);
  key->Spend(11 << 20);
  EXPECT_EQ(key->Pause(), absl::Seconds(1));
  EXPECT_FALSE(key->CheckBytes().ok());
  EXPECT_TRUE(quota_.Of("a")->CheckBytes().ok());
  EXPECT_EQ(quota_.Of("a")->usage().bytes_left, (640 - 11) << 20);
}

TEST_F(CallQuotaTest, ARefusalSaysWhichAndWhenToComeBack) {
  Calls("a", 100);
  now_ += absl::Milliseconds(25);
  const absl::Status refused = quota_.Of("a")->TakeCall(QuotaKind::kCalls);
  EXPECT_EQ(refused.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(ReasonOf(refused), v1::QUOTA_EXCEEDED);
  EXPECT_EQ(ErrorInfoOf(refused)->metadata().at("quota"), "calls");
  EXPECT_EQ(ErrorInfoOf(refused)->metadata().at("limit"), "10");
  EXPECT_EQ(QuotaFailureOf(refused)->violations(0).subject(), "calls");
  EXPECT_THAT(QuotaFailureOf(refused)->violations(0).description(),
              testing::HasSubstr("10 calls a second"));
  const absl::Duration delay = *RetryDelayOf(refused);
  EXPECT_EQ(absl::ToInt64Milliseconds(delay), 75);
  now_ += delay + absl::Nanoseconds(1);
  EXPECT_TRUE(Call("a"));
}

TEST_F(CallQuotaTest, AStreamIsGivenBackWithItsLastCopy) {
  std::vector<std::shared_ptr<const void>> leases(3);
  EXPECT_THAT(quota_.Of("a")->TakeStream(&leases[0]), IsOk());
  EXPECT_THAT(quota_.Of("a")->TakeStream(&leases[1]), IsOk());
  EXPECT_EQ(ReasonOf(quota_.Of("a")->TakeStream(&leases[2])),
            v1::QUOTA_EXCEEDED);
  EXPECT_THAT(quota_.Of("b")->TakeStream(&leases[2]), IsOk());
  EXPECT_EQ(quota_.Of("a")->usage().open_streams, 2);
  const auto copy = leases[0];
  EXPECT_EQ(quota_.Of("a")->usage().open_streams, 2);
  leases[0] = nullptr;
  EXPECT_EQ(ReasonOf(quota_.Of("a")->TakeStream(&leases[2])),
            v1::QUOTA_EXCEEDED);
  leases[1] = nullptr;
  EXPECT_THAT(quota_.Of("a")->TakeStream(&leases[0]), IsOk());
}

TEST_F(CallQuotaTest, UsageIsAsOfNow) {
  EXPECT_EQ(quota_.Of("a")->usage().calls_left, 30);
  Calls("a", 25);
  EXPECT_EQ(quota_.Of("a")->usage().calls_left, 5);
  now_ += absl::Seconds(1);
  EXPECT_EQ(quota_.Of("a")->usage().calls_left, 15);
  EXPECT_EQ(quota_.Of("b")->usage().calls_left, 30);
}

TEST_F(CallQuotaTest, OpeningsAreCountedWhateverBecomesOfThem) {
  quota_.SetLimits("a", {.max_streams = 2, .openings_per_minute = 6});
  const auto open = [&] {
    std::shared_ptr<const void> lease;
    return quota_.Of("a")->TakeStream(&lease);
  };
  for (int i = 0; i < 6; ++i) EXPECT_THAT(open(), IsOk()) << i;
  const absl::Status refused = open();
  EXPECT_EQ(ErrorInfoOf(refused)->metadata().at("quota"), "openings");
  EXPECT_EQ(RetryDelayOf(refused), absl::Seconds(10));
  now_ += absl::Seconds(10);
  EXPECT_THAT(open(), IsOk());
  EXPECT_FALSE(open().ok());
}

TEST_F(CallQuotaTest, WhatWasSentIsPaidBackBeforeMoreIs) {
  quota_.SetLimits("a", {.bytes_per_second = 100});
  Allowance& a = *quota_.Of("a");
  a.Spend(1000);  // What ten seconds give, and was there.
  EXPECT_EQ(a.Pause(), absl::ZeroDuration());
  a.Spend(250);
  EXPECT_EQ(a.usage().bytes_left, -250);
  EXPECT_EQ(a.Pause(), absl::Milliseconds(2500));
  const absl::Status refused = a.CheckBytes();
  EXPECT_EQ(ErrorInfoOf(refused)->metadata().at("quota"), "bytes");
  EXPECT_EQ(RetryDelayOf(refused), absl::Milliseconds(2500));
  now_ += absl::Milliseconds(2500);
  EXPECT_EQ(a.Pause(), absl::ZeroDuration());
  EXPECT_THAT(a.CheckBytes(), IsOk());
}

TEST_F(CallQuotaTest, LimitsAreToldInFull) {
  Allowance& a = *quota_.Of("a");
  quota_.SetLimits("a", {.bytes_per_second = 64 << 20});
  a.Spend(size_t{1} << 30);
  EXPECT_EQ(ErrorInfoOf(a.CheckBytes())->metadata().at("limit"), "67108864");
}

TEST_F(CallQuotaTest, HistoryIsBoundedByAge) {
  EXPECT_THAT(quota_.Of("a")->CheckAge(absl::Hours(1'000'000)), IsOk());
  quota_.SetLimits("a", {.replay_days = 2});
  EXPECT_THAT(quota_.Of("a")->CheckAge(absl::Hours(48)), IsOk());
  const absl::Status refused = quota_.Of("a")->CheckAge(absl::Hours(49));
  EXPECT_EQ(ErrorInfoOf(refused)->metadata().at("quota"), "replay");
  EXPECT_EQ(ErrorInfoOf(refused)->metadata().at("limit"), "2");
  EXPECT_FALSE(RetryDelayOf(refused).has_value());
}

TEST_F(CallQuotaTest, OtherLimitsHoldAtOnceAndKeepWhatWasTaken) {
  EXPECT_EQ(Calls("a", 100), 30);
  quota_.SetLimits("a", {.calls_per_second = 50, .call_burst = 60});
  EXPECT_EQ(Calls("a", 100), 0);
  now_ += absl::Seconds(1);
  EXPECT_EQ(Calls("a", 100), 50);
  EXPECT_EQ(Calls("b", 100), 30);
  quota_.SetLimits("a", quota_.limits());
  now_ += absl::Hours(1);
  EXPECT_EQ(Calls("a", 100), 30);
}

TEST_F(CallQuotaTest, OtherLimitsOfAllLeaveThoseWhoHaveTheirOwn) {
  EXPECT_EQ(Calls("a", 20), 20);
  const QuotaLimits own = {.calls_per_second = 1, .call_burst = 40};
  quota_.SetLimits("own", own);
  EXPECT_EQ(Calls("own", 10), 10);
  quota_.SetLimits("same", quota_.limits());
  const QuotaLimits was = quota_.limits();
  quota_.SetLimitsOfAll({.calls_per_second = 1, .call_burst = 5},
                        {{"own", own}, {"same", was}});
  EXPECT_EQ(quota_.limits().call_burst, 5);
  // What was taken of 30 stays taken, and there is no more than fits in now.
  EXPECT_EQ(Calls("a", 100), 5);
  EXPECT_EQ(Calls("new", 100), 5);
  EXPECT_EQ(Calls("own", 100), 20);
  EXPECT_EQ(Calls("same", 100), 30);
  now_ += absl::Hours(1);
  EXPECT_EQ(Calls("own", 100), 40);
}

}  // namespace
}  // namespace courant

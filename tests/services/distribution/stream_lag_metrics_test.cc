#include "services/distribution/stream_lag_metrics.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/services/distribution/wire_fixture.h"
#include "tests/testing/metric_values.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;
using ByPartner = std::map<std::string, double>;

class StreamLagMetricsTest : public testing::TestWithParam<size_t> {
 protected:
  // {partner}, or "" -> value
  ByPartner Values(const std::string& name) const {
    return MetricValues(metrics_.Collect(), "courant_" + name);
  }

  std::shared_ptr<Subscriber> Open(const std::string& partner) {
    return wire_.hub->Subscribe(wakes_, partner);
  }

  // A change now, and then a pause.
  void WriteAndWait(absl::Duration pause) {
    wire_.Write(1);
    wire_.store.clock.Advance(pause);
  }

  const std::shared_ptr<WakeCounter> wakes_ = std::make_shared<WakeCounter>();
  // From memory, and from the log.
  WireFixture wire_{{.ring_bytes = GetParam()}};
  StreamLagMetrics metrics_{*wire_.hub, wire_.store.clock};
};

INSTANTIATE_TEST_SUITE_P(FromMemoryAndFromTheLog, StreamLagMetricsTest,
                         testing::Values(size_t{64} << 20, size_t{1}));

TEST_P(StreamLagMetricsTest, WithoutStreamsNobodyIsBehind) {
  EXPECT_EQ(Values("subscription_lag_seconds"), (ByPartner{{"", 0}}));
  WriteAndWait(absl::Seconds(10));
  EXPECT_EQ(Values("subscription_lag_seconds"), (ByPartner{{"", 0}}));
  EXPECT_THAT(Values("partner_lag_changes"), IsEmpty());
  EXPECT_THAT(Values("partner_lag_seconds"), IsEmpty());
  EXPECT_THAT(Values("partner_events_delivered_total"), IsEmpty());
}

TEST_P(StreamLagMetricsTest, OfEachPartnerItsStreamThatIsFurthestBehind) {
  WriteAndWait(absl::Seconds(100));  // 1
  WriteAndWait(absl::Seconds(10));   // 2
  WriteAndWait(absl::Seconds(1));    // 3
  const auto daily = Open("daily");
  const auto daily_too = Open("daily");
  const auto herald = Open("herald");
  const auto house = Open("");
  // Until they say where they are, they are nowhere behind.
  EXPECT_EQ(Values("partner_lag_changes"),
            (ByPartner{{"daily", 0}, {"herald", 0}}));
  daily->position = 2;
  daily_too->position = 1;
  house->position = 0;
  EXPECT_EQ(Values("partner_lag_changes"),
            (ByPartner{{"daily", 2}, {"herald", 0}}));
  EXPECT_EQ(Values("partner_lag_seconds"),
            (ByPartner{{"daily", 11}, {"herald", 0}}));
  EXPECT_EQ(Values("subscription_lag_seconds"), (ByPartner{{"", 111}}));
  daily_too->position = 3;
  house->position = 3;
  EXPECT_EQ(Values("partner_lag_changes").at("daily"), 1);
  EXPECT_EQ(Values("partner_lag_seconds").at("daily"), 1);
  EXPECT_EQ(Values("subscription_lag_seconds"), (ByPartner{{"", 1}}));
}

TEST_P(StreamLagMetricsTest, WhoLeftIsNotBehindAndIsRemembered) {
  WriteAndWait(absl::Seconds(1));
  auto stream = Open("daily");
  stream->position = 0;
  stream->Count(3);
  EXPECT_EQ(Values("partner_lag_changes"), (ByPartner{{"daily", 1}}));
  stream = nullptr;
  EXPECT_EQ(Values("partner_lag_changes"), (ByPartner{{"daily", 0}}));
  EXPECT_EQ(Values("partner_lag_seconds"), (ByPartner{{"daily", 0}}));
  EXPECT_EQ(Values("subscription_lag_seconds"), (ByPartner{{"", 0}}));
  Open("daily")->Count(4);
  Open("")->Count(5);
  EXPECT_EQ(Values("partner_events_delivered_total"),
            (ByPartner{{"daily", 7}}));
}

TEST_P(StreamLagMetricsTest, ManyPartnersMakeNoMoreSeriesAndTheLastIsThere) {
  WriteAndWait(absl::Seconds(1));
  std::vector<std::shared_ptr<Subscriber>> streams;
  for (int i = 0; i < 80; ++i) {
    streams.push_back(Open(absl::StrFormat("p%02d", i)));
  }
  streams.back()->position = 0;
  for (const char* name : {"partner_lag_changes", "partner_lag_seconds",
                           "partner_events_delivered_total"}) {
    EXPECT_THAT(Values(name), SizeIs(StreamLagMetrics::kMaxPartners)) << name;
  }
  EXPECT_EQ(Values("partner_lag_changes").at("p79"), 1);
}

}  // namespace
}  // namespace courant

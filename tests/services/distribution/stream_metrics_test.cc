#include "services/distribution/stream_metrics.h"

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/distribution/match.h"
#include "storage/errors/reason.h"
#include "tests/services/distribution/wire_fixture.h"
#include "tests/testing/metric_values.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using ::testing::IsEmpty;
using v1::Change;

// Those that are not 0.
std::map<std::string, double> Counted(const prometheus::Registry& registry,
                                      const std::string& name) {
  std::map<std::string, double> values = MetricValues(registry.Collect(), name);
  std::erase_if(values, [](const auto& one) { return one.second == 0; });
  return values;
}

class StreamMetricsTest : public testing::Test {
 protected:
  std::map<std::string, double> Values(const std::string& name) const {
    return MetricValues(registry_.Collect(), "courant_" + name);
  }
  std::map<std::string, double> Counted(const std::string& name) const {
    return courant::Counted(registry_, "courant_" + name);
  }

  prometheus::Registry registry_;
  StreamMetrics metrics_{registry_};
};

TEST_F(StreamMetricsTest, EveryLabelIsThereFromTheStart) {
  EXPECT_EQ(Values("subscriptions_opened_total").size(), 6);
  EXPECT_EQ(Values("subscriptions_ended_total").size(), 9);
  const auto kinds = Values("articles_writes_total");
  // All of a Change, but the two that are never committed.
  EXPECT_EQ(kinds.size(),
            static_cast<size_t>(Change::Kind_descriptor()->value_count()) - 2);
  EXPECT_EQ(kinds.count("KILLED"), 1);
  EXPECT_EQ(kinds.count("RIGHTS_REVOKED"), 0);
}

TEST_F(StreamMetricsTest, AStreamIsCountedByWhereItBegan) {
  v1::SubscribeChangesRequest request;
  metrics_.Opened(request);
  request.set_start_from(v1::LATEST);
  metrics_.Opened(request);
  request.set_start_from(v1::EARLIEST_RETAINED);
  metrics_.Opened(request);
  request.set_start_from(v1::SNAPSHOT_THEN_LIVE);
  metrics_.Opened(request);
  request.set_resume_after_sequence(3);
  metrics_.Opened(request);
  request.set_resume_token("token");
  metrics_.Opened(request);
  metrics_.Opened(request);
  request.set_subscription("partners/daily/subscriptions/site");
  metrics_.Opened(request);
  const std::map<std::string, double> wanted = {
      {"latest", 2},   {"earliest", 1}, {"snapshot", 1},
      {"sequence", 1}, {"token", 2},    {"subscription", 1}};
  EXPECT_EQ(Counted("subscriptions_opened_total"), wanted);
}

TEST_F(StreamMetricsTest, AStreamIsCountedByWhyItEnded) {
  metrics_.Ended(absl::OkStatus());
  metrics_.Ended(absl::CancelledError("the client left"));
  for (const auto reason :
       {v1::NODE_DRAINING, v1::SUBSCRIBER_STALLED, v1::CREDENTIALS_REFUSED,
        v1::SESSION_FENCED, v1::RESOURCE_NOT_FOUND, v1::RESUME_TOKEN_EXPIRED,
        v1::DATA_CORRUPTED}) {
    metrics_.Ended(MakeError(reason, "why"));
  }
  metrics_.Ended(absl::InternalError("no reason"));
  const std::map<std::string, double> wanted = {
      {"complete", 1}, {"client_cancel", 1}, {"drain", 1},
      {"stalled", 1},  {"revoked", 1},       {"fenced", 1},
      {"deleted", 1},  {"expired", 1},       {"error", 2}};
  EXPECT_EQ(Counted("subscriptions_ended_total"), wanted);
}

TEST_F(StreamMetricsTest, CommitsAreCountedByKind) {
  metrics_.Committed(Change::KILLED);
  metrics_.Committed(Change::PUBLISHED);
  metrics_.Committed(Change::PUBLISHED);
  metrics_.Committed(Change::KEY_REVOKED);
  // None that is ever committed, and one of a newer program.
  metrics_.Committed(Change::RIGHTS_REVOKED);
  metrics_.Committed(static_cast<Change::Kind>(4711));
  const std::map<std::string, double> wanted = {{"KILLED", 1},
                                                {"PUBLISHED", 2},
                                                {"KEY_REVOKED", 1},
                                                {"KIND_UNSPECIFIED", 2}};
  EXPECT_EQ(Counted("articles_writes_total"), wanted);
}

// A match of a change that was committed `ago`; from the log, without.
Match MatchOf(Change::Kind kind, absl::Duration ago = absl::ZeroDuration()) {
  Change change;
  change.set_kind(kind);
  storage::Entry entry;
  entry.facts.set_change(change.SerializeAsString());
  if (ago > absl::ZeroDuration()) {
    entry.commit_time_us = absl::ToUnixMicros(absl::Now() - ago);
  }
  return {.change = std::make_shared<const SharedChange>(
              std::make_shared<const storage::Entry>(std::move(entry)))};
}

TEST_F(StreamMetricsTest, WhatIsNewsHasALatencyAndAKillOneOfItsOwn) {
  const absl::Duration ago = absl::Milliseconds(1);
  metrics_.Delivered({MatchOf(Change::PUBLISHED, ago)}, 100, /*live=*/true);
  EXPECT_THAT(Counted("kill_propagation_seconds"), IsEmpty());
  metrics_.Delivered({MatchOf(Change::KILLED, absl::Hours(1)),
                      MatchOf(Change::KILLED, ago), MatchOf(Change::HELD, ago)},
                     100, /*live=*/true);
  EXPECT_EQ(Counted("events_delivered_total").at(""), 4);
  EXPECT_EQ(Counted("delivery_latency_seconds").at(""), 2);
  EXPECT_EQ(Counted("kill_propagation_seconds").at(""), 2);
  EXPECT_THAT(Counted("catchup_bytes_total"), IsEmpty());
  for (const auto& family : registry_.Collect()) {
    if (family.name != "courant_kill_propagation_seconds") continue;
    EXPECT_NEAR(family.metric.front().histogram.sample_sum, 3600, 60);
  }
}

TEST_F(StreamMetricsTest, WhatIsNoNewsIsCountedInBytes) {
  const absl::Duration ago = absl::Milliseconds(1);
  metrics_.Delivered({MatchOf(Change::KILLED, ago)}, 100, /*live=*/false);
  // It was at the tail, and fell behind what is in memory.
  metrics_.Delivered({MatchOf(Change::KILLED)}, 30, /*live=*/true);
  EXPECT_EQ(Counted("events_delivered_total").at(""), 2);
  EXPECT_EQ(Counted("catchup_bytes_total").at(""), 130);
  EXPECT_THAT(Counted("delivery_latency_seconds"), IsEmpty());
  EXPECT_THAT(Counted("kill_propagation_seconds"), IsEmpty());
}

TEST(StreamMetricsOfAWireTest, AStreamIsCountedFromItsBeginningToItsEnd) {
  WireFixture wire;
  const prometheus::Registry& registry = *wire.store.registry;
  const auto counted = [&](const std::string& name) {
    return Counted(registry, "courant_" + name);
  };
  wire.Write(3);
  EXPECT_EQ(counted("articles_writes_total").at("DRAFTED"), 3);

  v1::SubscribeChangesRequest request;
  request.set_start_from(v1::EARLIEST_RETAINED);
  ChangeStream stream(*wire.hub, *wire.positions, request.SerializeAsString(),
                      std::make_shared<WakeCounter>(), Audience::kInternal);
  const auto pull = [&stream] {
    std::vector<grpc::Slice> message;
    EXPECT_THAT(stream.Next(&message), IsOk());
    size_t bytes = 0;
    for (const grpc::Slice& piece : message) bytes += piece.size();
    return bytes;
  };
  // One that never began has not ended either.
  stream.Ended(absl::CancelledError());
  EXPECT_THAT(counted("subscriptions_ended_total"), IsEmpty());
  EXPECT_THAT(counted("subscriptions_opened_total"), IsEmpty());
  pull();
  EXPECT_EQ(counted("subscriptions_opened_total").at("earliest"), 1);
  EXPECT_THAT(counted("catchup_bytes_total"), IsEmpty());
  const auto old = static_cast<double>(pull());
  EXPECT_EQ(counted("events_delivered_total").at(""), 3);
  // What stands before a batch, its length, is not counted.
  EXPECT_NEAR(counted("catchup_bytes_total").at(""), old, 5);
  pull();  // It is at the tail.
  const double before = counted("catchup_bytes_total").at("");
  wire.Write(1);
  EXPECT_GT(pull(), 0);
  EXPECT_EQ(counted("events_delivered_total").at(""), 4);
  EXPECT_EQ(counted("delivery_latency_seconds").at(""), 1);
  EXPECT_EQ(counted("catchup_bytes_total").at(""), before);
  stream.Ended(absl::CancelledError());
  EXPECT_EQ(counted("subscriptions_ended_total").at("client_cancel"), 1);
}

TEST(StreamMetricsOfAWireTest, OneThatIsRefusedHasNotBegun) {
  WireFixture wire;
  v1::SubscribeChangesRequest request;
  request.set_resume_token("nobody's");
  StreamClient client(wire, request);
  EXPECT_FALSE(client.Next().ok());
  EXPECT_THAT(
      Counted(*wire.store.registry, "courant_subscriptions_opened_total"),
      IsEmpty());
}

}  // namespace
}  // namespace courant

#include "services/ledger/open_notice_metrics.h"

#include <map>
#include <string>

#include "absl/strings/str_format.h"
#include "courant/v1/ledger.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/storage/store_fixture.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using storage::LedgerBatch;
using v1::Change;
using v1::Notice;

constexpr char kOldest[] = "courant_partner_oldest_open_notice_seconds";
constexpr char kAnswered[] = "courant_partner_last_answer_timestamp_seconds";
constexpr char kByAge[] = "courant_notices_open_by_age";

class OpenNoticeMetricsTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(fixture_.Open(), IsOk());
    ledger_.emplace(*fixture_.registry);
    metrics_.emplace(fixture_.store->ledger(), *ledger_, fixture_.clock);
  }

  // Puts a notice of now, and counts it as the ledger does.
  void Tell(const std::string& partner, uint64_t sequence,
            Change::Kind kind = Change::CORRECTED, bool open = true) {
    LedgerBatch batch(fixture_.store->ledger());
    storage::v1::NoticeRow row;
    row.set_article_id("tide");
    row.set_kind(kind);
    row.set_made_time_us(absl::ToUnixMicros(fixture_.clock.Now()));
    row.set_state(open ? Notice::PENDING : Notice::APPLIED);
    ASSERT_THAT(batch.PutNotice(partner, Sequence(sequence), row, open),
                IsOk());
    ASSERT_THAT(batch.Write(), IsOk());
    if (open) ledger_->open(kind).Increment();
  }

  // Label -> value, as of now and not of some seconds ago.
  std::map<std::string, double> Values(const std::string& name) {
    fixture_.clock.Advance(OpenNoticeMetrics::kInterval);
    std::map<std::string, double> values;
    for (const auto& family : metrics_->Collect()) {
      if (family.name != name) continue;
      for (const auto& metric : family.metric) {
        values[metric.label.at(0).value] = metric.gauge.value;
      }
    }
    return values;
  }

  storage::StoreFixture fixture_;
  std::optional<LedgerMetrics> ledger_;
  std::optional<OpenNoticeMetrics> metrics_;
};

TEST_F(OpenNoticeMetricsTest, AgesAreThereFromTheStartAndPartnersAreNot) {
  const std::map<std::string, double> none = {
      {"5m", 0}, {"30m", 0}, {"4h", 0}, {"1d", 0}, {"older", 0}};
  EXPECT_EQ(Values(kByAge), none);
  EXPECT_TRUE(Values(kOldest).empty());
  EXPECT_TRUE(Values(kAnswered).empty());
}

TEST_F(OpenNoticeMetricsTest, OfEachPartnerTheOldestThatIsOpen) {
  Tell("daily", 3, Change::CORRECTED, /*open=*/false);
  fixture_.clock.Advance(absl::Seconds(90));
  Tell("daily", 5);
  Tell("herald", 5, Change::KILLED);
  fixture_.clock.Advance(absl::Seconds(50));
  Tell("daily", 7);
  Tell("tower", 7);
  const std::map<std::string, double> oldest = {
      {"daily", 60}, {"herald", 60}, {"tower", 10}};
  EXPECT_EQ(Values(kOldest), oldest);
}

TEST_F(OpenNoticeMetricsTest, WhoSaidSomethingIsThereWithTheTime) {
  Tell("herald", 5);
  ledger_->NoteAnswer("daily", absl::FromUnixSeconds(1'000));
  ledger_->NoteAnswer("daily", absl::FromUnixSeconds(2'000));
  const std::map<std::string, double> answered = {{"daily", 2'000},
                                                  {"herald", 0}};
  EXPECT_EQ(Values(kAnswered), answered);
  EXPECT_EQ(Values(kOldest)["daily"], 0);
}

TEST_F(OpenNoticeMetricsTest, OnlyThosePartnersForWhomOneWaitsLongest) {
  ledger_->NoteAnswer("answers", fixture_.clock.Now());
  for (int i = 0; i < 60; ++i) {
    Tell(absl::StrFormat("p%02d", i), static_cast<uint64_t>(100 - i));
    fixture_.clock.Advance(absl::Seconds(1));
  }
  const std::map<std::string, double> oldest = Values(kOldest);
  EXPECT_EQ(oldest.size(), OpenNoticeMetrics::kMaxPartners);
  EXPECT_TRUE(oldest.contains("p00"));
  EXPECT_TRUE(oldest.contains("p49"));
  EXPECT_FALSE(oldest.contains("p50"));
  EXPECT_FALSE(oldest.contains("answers"));
  EXPECT_EQ(Values(kAnswered).size(), OpenNoticeMetrics::kMaxPartners);
}

TEST_F(OpenNoticeMetricsTest, EachNoticeIsInTheFirstAgeThatIsNotBelowItsOwn) {
  uint64_t sequence = 0;
  const auto tell = [&](int count) {
    for (int i = 0; i < count; ++i) {
      Tell("daily", ++sequence, i % 2 == 0 ? Change::KILLED : Change::HELD);
    }
  };
  tell(1);
  fixture_.clock.Advance(absl::Hours(21));
  tell(2);
  fixture_.clock.Advance(absl::Hours(3));
  tell(3);
  fixture_.clock.Advance(absl::Minutes(20));
  tell(4);
  fixture_.clock.Advance(absl::Minutes(10));
  tell(5);
  const std::map<std::string, double> by_age = {
      {"5m", 5}, {"30m", 4}, {"4h", 5}, {"1d", 0}, {"older", 1}};
  EXPECT_EQ(Values(kByAge), by_age);
}

TEST_F(OpenNoticeMetricsTest, TheyAreLookedAtSomeSecondsApart) {
  Tell("daily", 5);
  EXPECT_EQ(Values(kOldest).size(), 1u);
  Tell("herald", 5);
  EXPECT_EQ(metrics_->Collect().at(0).metric.size(), 1u);
  EXPECT_EQ(Values(kOldest).size(), 2u);
}

}  // namespace
}  // namespace courant

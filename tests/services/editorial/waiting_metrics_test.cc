#include "services/editorial/waiting_metrics.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/base/status_macros.h"
#include "tests/storage/store_fixture.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

class WaitingMetricsTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(fixture_.Open(), IsOk());
    metrics_.emplace(fixture_.store->database(), fixture_.clock);
  }

  // Commits a revision that waits for `due`, or for nothing.
  void File(const std::string& id, v1::Article::State state,
            std::optional<absl::Time> due) {
    ASSERT_THAT(
        fixture_.store->committer().Commit(
            {.actor = "test"},
            [&](const storage::DecisionContext& context)
                -> absl::StatusOr<storage::Decision> {
              COURANT_ASSIGN_OR_RETURN(storage::ChangeDraft draft,
                                       DraftOf(context, id, "Tide"));
              draft.attributes.set_state(state);
              if (due) {
                draft.attributes.set_due_time_us(absl::ToUnixMicros(*due));
              }
              storage::Decision decision;
              decision.push_back(std::move(draft));
              return decision;
            }),
        IsOk());
  }

  absl::Time In(absl::Duration wait) { return fixture_.clock.Now() + wait; }
  static double Unix(absl::Time time) {
    return absl::ToDoubleSeconds(time - absl::UnixEpoch());
  }

  // "courant_schedule_waiting embargo" -> its value, as of now.
  std::map<std::string, double> Values() {
    fixture_.clock.Advance(WaitingMetrics::kInterval);
    std::map<std::string, double> values;
    for (const auto& family : metrics_->Collect()) {
      for (const auto& metric : family.metric) {
        const std::string kind =
            metric.label.empty() ? "" : " " + metric.label.at(0).value;
        values[absl::StrCat(family.name, kind)] = metric.gauge.value;
      }
    }
    return values;
  }

  storage::StoreFixture fixture_;
  std::optional<WaitingMetrics> metrics_;
};

TEST_F(WaitingMetricsTest, AllSeriesAreThereWhenNothingWaits) {
  const std::map<std::string, double> none = {
      {"courant_schedule_waiting publish", 0},
      {"courant_schedule_waiting embargo", 0},
      {"courant_schedule_waiting expiry", 0},
      {"courant_schedule_next_timestamp_seconds publish", 0},
      {"courant_schedule_next_timestamp_seconds embargo", 0},
      {"courant_schedule_next_timestamp_seconds expiry", 0},
      {"courant_schedule_overdue_seconds", 0}};
  EXPECT_EQ(Values(), none);
}

TEST_F(WaitingMetricsTest, CountWhatWaitsByWhatItWaitsFor) {
  const absl::Time eight = In(absl::Hours(2));
  File("a", v1::Article::EMBARGOED, eight);
  File("b", v1::Article::EMBARGOED, eight + absl::Hours(1));
  File("c", v1::Article::SCHEDULED, eight + absl::Hours(2));
  File("d", v1::Article::PUBLISHED, eight + absl::Hours(3));
  File("e", v1::Article::PUBLISHED, std::nullopt);
  const std::map<std::string, double> waiting = {
      {"courant_schedule_waiting publish", 1},
      {"courant_schedule_waiting embargo", 2},
      {"courant_schedule_waiting expiry", 1},
      {"courant_schedule_next_timestamp_seconds publish",
       Unix(eight + absl::Hours(2))},
      {"courant_schedule_next_timestamp_seconds embargo", Unix(eight)},
      {"courant_schedule_next_timestamp_seconds expiry",
       Unix(eight + absl::Hours(3))},
      {"courant_schedule_overdue_seconds", 0}};
  EXPECT_EQ(Values(), waiting);
}

TEST_F(WaitingMetricsTest, WhatIsDueAndWasNotDoneIsOverdueUntilItIs) {
  File("a", v1::Article::EMBARGOED, In(absl::Seconds(30)));
  fixture_.clock.Advance(absl::Seconds(60));
  EXPECT_DOUBLE_EQ(Values().at("courant_schedule_overdue_seconds"), 40);
  // As of now, whenever the others were counted.
  fixture_.clock.Advance(absl::Seconds(1));
  EXPECT_DOUBLE_EQ(metrics_->Collect().back().metric.at(0).gauge.value, 41);
  File("a", v1::Article::PUBLISHED, std::nullopt);
  EXPECT_EQ(Values().at("courant_schedule_overdue_seconds"), 0);
  EXPECT_EQ(Values().at("courant_schedule_waiting embargo"), 0);
}

}  // namespace
}  // namespace courant

#include "services/subscriptions/subscription_metrics.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

namespace courant {
namespace {

prometheus::ClientMetric GaugeOf(double value) {
  prometheus::ClientMetric metric;
  metric.gauge.value = value;
  return metric;
}

}  // namespace

SubscriptionMetrics::SubscriptionMetrics(
    const storage::SubscriptionStore& store, const storage::ChangeLog& log,
    prometheus::Registry& registry)
    : store_(store),
      log_(log),
      commits_(prometheus::BuildCounter()
                   .Name("courant_subscription_commits_total")
                   .Help("Cursors of durable subscriptions moved by a commit.")
                   .Register(registry)
                   .Add({})) {}

std::vector<prometheus::MetricFamily> SubscriptionMetrics::Collect() const {
  const uint64_t tail = log_.tail().last_sequence.value();
  // What cannot be read is missing: a scrape has nobody to tell.
  const auto all =
      store_.List("", "", std::numeric_limits<size_t>::max())
          .value_or(std::vector<storage::SubscriptionStore::Named>());
  std::vector<std::pair<uint64_t, std::string>> lags;
  lags.reserve(all.size());
  for (const auto& [name, row] : all) {
    lags.emplace_back(tail - std::min(tail, row.committed_sequence()), name);
  }
  const size_t shown = std::min(lags.size(), kMaxSeries);
  std::partial_sort(lags.begin(), lags.begin() + static_cast<ptrdiff_t>(shown),
                    lags.end(), [](const auto& a, const auto& b) {
                      return a.first != b.first ? a.first > b.first
                                                : a.second < b.second;
                    });
  prometheus::MetricFamily count{
      .name = "courant_subscriptions",
      .help = "Durable subscriptions.",
      .type = prometheus::MetricType::Gauge,
      .metric = {GaugeOf(static_cast<double>(all.size()))}};
  prometheus::MetricFamily lag{
      .name = "courant_subscription_cursor_lag_changes",
      .help =
          "Changes after the committed cursor, for the 50 subscriptions "
          "furthest behind.",
      .type = prometheus::MetricType::Gauge,
      .metric = {}};
  for (size_t i = 0; i < shown; ++i) {
    prometheus::ClientMetric metric =
        GaugeOf(static_cast<double>(lags[i].first));
    metric.label.push_back({"subscription", lags[i].second});
    lag.metric.push_back(std::move(metric));
  }
  return {std::move(count), std::move(lag)};
}

}  // namespace courant

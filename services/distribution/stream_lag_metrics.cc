#include "services/distribution/stream_lag_metrics.h"

#include <algorithm>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

// One partner, and the stream of it that is furthest behind.
struct Row {
  std::shared_ptr<const StreamingPartner> partner;
  uint64_t position;
};

// Those that get series, in no order that means anything.
std::vector<Row> ChoosePartners(
    std::vector<std::shared_ptr<const StreamingPartner>> partners,
    const absl::flat_hash_map<const StreamingPartner*, uint64_t>& positions,
    uint64_t tail) {
  std::vector<Row> rows;
  rows.reserve(partners.size());
  for (std::shared_ptr<const StreamingPartner>& partner : partners) {
    const auto found = positions.find(partner.get());
    const uint64_t position = found == positions.end() ? tail : found->second;
    rows.push_back({.partner = std::move(partner), .position = position});
  }
  std::sort(rows.begin(), rows.end(), [](const Row& a, const Row& b) {
    if (a.position != b.position) return a.position < b.position;
    return a.partner->name < b.partner->name;
  });
  if (rows.size() > StreamLagMetrics::kMaxPartners) {
    rows.resize(StreamLagMetrics::kMaxPartners);
  }
  return rows;
}

prometheus::MetricFamily MakeFamily(const char* name, const char* help,
                                    prometheus::MetricType type) {
  prometheus::MetricFamily family;
  family.name = name;
  family.help = help;
  family.type = type;
  return family;
}

prometheus::ClientMetric& AddOf(const std::string& partner,
                                prometheus::MetricFamily& family) {
  prometheus::ClientMetric& metric = family.metric.emplace_back();
  metric.label = {{"partner", partner}};
  return metric;
}

}  // namespace

absl::StatusOr<absl::Duration> StreamLagMetrics::LagAt(
    Sequence position) const {
  if (position >= hub_.log().tail().last_sequence) return absl::ZeroDuration();
  // Of what was trimmed, the oldest that is left.
  const Sequence first =
      std::max(position, Sequence(hub_.log().floor().value() - 1));
  COURANT_ASSIGN_OR_RETURN(const std::vector<SharedChangePtr> next,
                           hub_.Read(first, {.max_changes = 1}));
  if (next.empty()) return absl::ZeroDuration();
  return std::max(absl::ZeroDuration(),
                  clock_.Now() - next.front()->commit_time());
}

std::vector<prometheus::MetricFamily> StreamLagMetrics::Collect() const {
  const uint64_t tail = hub_.log().tail().last_sequence.value();
  uint64_t furthest = tail;
  absl::flat_hash_map<const StreamingPartner*, uint64_t> positions;
  for (const std::shared_ptr<Subscriber>& subscriber : hub_.Live()) {
    // It may have gone on since.
    const uint64_t position = std::min(tail, subscriber->position.load());
    furthest = std::min(furthest, position);
    if (subscriber->partner == nullptr) continue;
    const auto [its, is_first] =
        positions.try_emplace(subscriber->partner.get(), position);
    its->second = std::min(its->second, position);
  }

  using prometheus::MetricType;
  auto of_all = MakeFamily(
      "courant_subscription_lag_seconds",
      "Time since the first change was committed that the stream furthest "
      "behind was not told of; 0 for none.",
      MetricType::Gauge);
  if (const auto lag = LagAt(Sequence(furthest)); lag.ok()) {
    of_all.metric.emplace_back().gauge.value = absl::ToDoubleSeconds(*lag);
  }
  auto changes = MakeFamily(
      "courant_partner_lag_changes",
      "Changes by which the stream of the partner that is furthest behind is "
      "behind; 0 without one.",
      MetricType::Gauge);
  auto seconds = MakeFamily(
      "courant_partner_lag_seconds",
      "Time since the first change was committed that the stream of the "
      "partner that is furthest behind was not told of; 0 for none.",
      MetricType::Gauge);
  auto delivered =
      MakeFamily("courant_partner_events_delivered_total",
                 "Changes handed to the transport, all streams of the partner.",
                 MetricType::Counter);
  for (const Row& row : ChoosePartners(hub_.Partners(), positions, tail)) {
    const std::string& name = row.partner->name;
    AddOf(name, changes).gauge.value = static_cast<double>(tail - row.position);
    if (const auto lag = LagAt(Sequence(row.position)); lag.ok()) {
      AddOf(name, seconds).gauge.value = absl::ToDoubleSeconds(*lag);
    }
    AddOf(name, delivered).counter.value =
        static_cast<double>(row.partner->delivered.load());
  }
  return {std::move(of_all), std::move(changes), std::move(seconds),
          std::move(delivered)};
}

}  // namespace courant

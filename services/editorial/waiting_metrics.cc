#include "services/editorial/waiting_metrics.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "courant/v1/article.pb.h"
#include "storage/due_index.h"
#include "storage/view.h"

namespace courant {
namespace {

// In the order of kKinds.
enum Kind { kPublish, kEmbargo, kExpiry };
constexpr std::array kKinds = {"publish", "embargo", "expiry"};

// What articles of one kind come to.
struct Waiting {
  int count = 0;
  std::optional<absl::Time> next;
};
using AllWaiting = std::array<Waiting, kKinds.size()>;

Kind KindOf(const storage::v1::Attributes& attributes) {
  switch (attributes.state()) {
    case v1::Article::SCHEDULED:
      return kPublish;
    case v1::Article::EMBARGOED:
      return kEmbargo;
    default:
      return kExpiry;
  }
}

AllWaiting Count(const storage::Database& database) {
  AllWaiting all;
  const auto due = storage::ReadDue(database, absl::InfiniteFuture(),
                                    WaitingMetrics::kMaxScanned);
  if (!due.ok()) return all;
  const auto snapshot = database.TakeSnapshot();
  const storage::View view(database, snapshot.get());
  for (const storage::DueArticle& article : *due) {
    const auto row = view.FindArticle(article.article_id);
    if (!row.ok() || !row->has_value()) continue;
    Waiting& its = all.at(KindOf((*row)->attributes()));
    ++its.count;
    // They come in the order of their times.
    if (!its.next) its.next = article.due;
  }
  return all;
}

prometheus::MetricFamily Gauges(const char* name, const char* help) {
  prometheus::MetricFamily family;
  family.name = name;
  family.help = help;
  family.type = prometheus::MetricType::Gauge;
  return family;
}

void Add(const char* kind, double value, prometheus::MetricFamily& family) {
  prometheus::ClientMetric& metric = family.metric.emplace_back();
  metric.label = {{"kind", kind}};
  metric.gauge.value = value;
}

std::vector<prometheus::MetricFamily> ToFamilies(const AllWaiting& all) {
  prometheus::MetricFamily waiting =
      Gauges("courant_schedule_waiting",
             "Articles on which the server has to act at their time.");
  prometheus::MetricFamily next =
      Gauges("courant_schedule_next_timestamp_seconds",
             "When it has to act next, in Unix time; 0 when none waits.");
  for (size_t i = 0; i < kKinds.size(); ++i) {
    Add(kKinds[i], all[i].count, waiting);
    Add(kKinds[i],
        all[i].next ? absl::ToDoubleSeconds(*all[i].next - absl::UnixEpoch())
                    : 0,
        next);
  }
  return {std::move(waiting), std::move(next)};
}

prometheus::MetricFamily Overdue(const storage::Database& database,
                                 absl::Time now) {
  prometheus::MetricFamily family = Gauges(
      "courant_schedule_overdue_seconds",
      "Time since the first article that still waits was due; 0 for none.");
  const auto next = storage::NextDue(database);
  if (!next.ok()) return family;
  family.metric.emplace_back().gauge.value =
      *next ? std::max(0.0, absl::ToDoubleSeconds(now - **next)) : 0;
  return family;
}

}  // namespace

std::vector<prometheus::MetricFamily> WaitingMetrics::Collect() const {
  MutexLock lock(mu_);
  const absl::Time now = clock_.Now();
  // The clock may have been set back.
  if (now < counted_at_ || now - counted_at_ >= kInterval) {
    counted_ = ToFamilies(Count(database_));
    counted_at_ = now;
  }
  std::vector<prometheus::MetricFamily> families = counted_;
  families.push_back(Overdue(database_, now));
  return families;
}

}  // namespace courant

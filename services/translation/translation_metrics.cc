#include "services/translation/translation_metrics.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "courant/v1/translation.pb.h"
#include "storage/article_index.h"
#include "storage/view.h"

namespace courant {
namespace {

// By language: how many of each freshness.
using Counts = std::map<std::string, std::map<int32_t, int>>;

Counts Count(const storage::Database& database) {
  Counts counts;
  const auto snapshot = database.TakeSnapshot();
  const storage::View view(database, snapshot.get());
  storage::ArticleCursor cursor(database, snapshot.get(),
                                storage::ArticleIndex::kTranslation, "");
  cursor.SeekToNewest();
  for (int scanned = 0;
       cursor.Valid() && scanned < TranslationMetrics::kMaxScanned;
       cursor.Next(), ++scanned) {
    const auto row = view.FindArticle(cursor.position().article_id);
    if (!row.ok() || !row->has_value()) continue;
    const storage::v1::Attributes& attributes = (*row)->attributes();
    ++counts[attributes.language()][attributes.freshness()];
  }
  return counts;
}

int SumOf(const std::map<int32_t, int>& by_freshness) {
  int sum = 0;
  for (const auto& [freshness, count] : by_freshness) sum += count;
  return sum;
}

// Puts all but the largest under `other`.
Counts KeepLargest(Counts counts, size_t most) {
  std::vector<std::pair<int, std::string>> sizes;
  for (const auto& [language, by_freshness] : counts) {
    sizes.emplace_back(-SumOf(by_freshness), language);
  }
  std::sort(sizes.begin(), sizes.end());
  for (size_t i = most; i < sizes.size(); ++i) {
    for (const auto& [freshness, count] : counts[sizes[i].second]) {
      counts["other"][freshness] += count;
    }
    counts.erase(sizes[i].second);
  }
  return counts;
}

prometheus::MetricFamily ToFamily(const Counts& counts) {
  prometheus::MetricFamily family;
  family.name = "courant_translations";
  family.help = "Translations, by how they stand to their sources.";
  family.type = prometheus::MetricType::Gauge;
  for (const auto& [language, by_freshness] : counts) {
    for (const auto& [freshness, count] : by_freshness) {
      prometheus::ClientMetric& metric = family.metric.emplace_back();
      metric.label = {{"freshness", v1::Translation::Freshness_Name(freshness)},
                      {"language", language}};
      metric.gauge.value = count;
    }
  }
  return family;
}

}  // namespace

std::vector<prometheus::MetricFamily> TranslationMetrics::Collect() const {
  MutexLock lock(mu_);
  const absl::Time now = clock_.Now();
  // The clock may have been set back.
  if (now < counted_at_ || now - counted_at_ >= kInterval) {
    counted_ = ToFamily(KeepLargest(Count(database_), kMaxLanguages));
    counted_at_ = now;
  }
  return {counted_};
}

}  // namespace courant

#include "tests/testing/metric_values.h"

namespace courant {
namespace {

double ValueOf(prometheus::MetricType type,
               const prometheus::ClientMetric& metric) {
  switch (type) {
    case prometheus::MetricType::Counter:
      return metric.counter.value;
    case prometheus::MetricType::Histogram:
      return static_cast<double>(metric.histogram.sample_count);
    default:
      return metric.gauge.value;
  }
}

}  // namespace

std::map<std::string, double> MetricValues(
    const std::vector<prometheus::MetricFamily>& families,
    absl::string_view name) {
  std::map<std::string, double> values;
  for (const prometheus::MetricFamily& family : families) {
    if (family.name != name) continue;
    for (const prometheus::ClientMetric& metric : family.metric) {
      values[metric.label.empty() ? "" : metric.label.front().value] =
          ValueOf(family.type, metric);
    }
  }
  return values;
}

}  // namespace courant

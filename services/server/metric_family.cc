#include "services/server/metric_family.h"

namespace courant {

prometheus::MetricFamily GaugeFamily(const char* name, const char* help,
                                     double value) {
  prometheus::MetricFamily family;
  family.name = name;
  family.help = help;
  family.type = prometheus::MetricType::Gauge;
  family.metric.emplace_back().gauge.value = value;
  return family;
}

prometheus::MetricFamily CounterFamily(const char* name, const char* help,
                                       double value) {
  prometheus::MetricFamily family;
  family.name = name;
  family.help = help;
  family.type = prometheus::MetricType::Counter;
  family.metric.emplace_back().counter.value = value;
  return family;
}

}  // namespace courant

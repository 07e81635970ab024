#ifndef COURANT_SERVICES_DISTRIBUTION_HUB_METRICS_H_
#define COURANT_SERVICES_DISTRIBUTION_HUB_METRICS_H_

#include "prometheus/counter.h"
#include "prometheus/gauge.h"
#include "prometheus/registry.h"
#include "services/distribution/stream_metrics.h"

namespace courant {

// What the fan-out counts. Thread-safe. All series exist from the start, so
// that a rate over the first minute is no hole. Names are in hub_metrics.cc;
// gauges are set at every tick of the hub and may be that old.
struct HubMetrics {
  // `registry` is not owned and must outlive the metrics.
  explicit HubMetrics(prometheus::Registry& registry);

  // Streams open now.
  prometheus::Gauge& active;
  // How they begin and end, and what they carry.
  StreamMetrics streams;
  // Changes by which the stream furthest behind is behind.
  prometheus::Gauge& max_lag;
  // Streams whose client takes nothing; set by who looks at them, the owner of
  // Options::on_tick.
  prometheus::Gauge& stalled;
  // Newest and oldest change that can be read.
  prometheus::Gauge& tail;
  prometheus::Gauge& floor;
  // Streams that began with a token, by outcome.
  prometheus::Counter& resumed;
  prometheus::Counter& resume_refused;
};

}  // namespace courant

#endif  // COURANT_SERVICES_DISTRIBUTION_HUB_METRICS_H_

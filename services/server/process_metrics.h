#ifndef COURANT_SERVICES_SERVER_PROCESS_METRICS_H_
#define COURANT_SERVICES_SERVER_PROCESS_METRICS_H_

#include <vector>

#include "prometheus/collectable.h"
#include "prometheus/metric_family.h"

namespace courant {

// The process as the kernel sees it, under the names that every Prometheus
// client library uses: process_cpu_seconds_total, process_open_fds,
// process_max_fds, process_resident_memory_bytes, process_threads,
// process_start_time_seconds. Read at each scrape from /proc/self, because
// prometheus-cpp has no collector of its own; what the kernel does not tell is
// 0. Thread-safe.
class ProcessMetrics final : public prometheus::Collectable {
 public:
  std::vector<prometheus::MetricFamily> Collect() const override;
};

}  // namespace courant

#endif  // COURANT_SERVICES_SERVER_PROCESS_METRICS_H_

#ifndef COURANT_SERVICES_EDITORIAL_SCHEDULER_METRICS_H_
#define COURANT_SERVICES_EDITORIAL_SCHEDULER_METRICS_H_

#include "prometheus/histogram.h"
#include "prometheus/registry.h"

namespace courant {

// What the scheduler counts: what has happened. What still waits is in
// waiting_metrics.h. Thread-safe.
struct SchedulerMetrics {
  // `registry` is not owned and must outlive the metrics.
  explicit SchedulerMetrics(prometheus::Registry& registry);

  // Seconds from the time that an article waited for until it was committed.
  prometheus::Histogram& delay_seconds;
};

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_SCHEDULER_METRICS_H_

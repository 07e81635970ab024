#ifndef COURANT_SERVICES_EDITORIAL_SCHEDULER_METRICS_H_
#define COURANT_SERVICES_EDITORIAL_SCHEDULER_METRICS_H_

#include "prometheus/histogram.h"
#include "prometheus/registry.h"

namespace courant {

// What the scheduler counts: only what has happened, never what still waits,
// since whoever reads metrics may not know of that. Thread-safe.
struct SchedulerMetrics {
  // `registry` is not owned and must outlive the metrics.
  explicit SchedulerMetrics(prometheus::Registry& registry);

  // Seconds from the time that an article waited for until it was committed.
  prometheus::Histogram& delay_seconds;
};

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_SCHEDULER_METRICS_H_

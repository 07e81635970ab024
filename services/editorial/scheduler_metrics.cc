#include "services/editorial/scheduler_metrics.h"

namespace courant {

SchedulerMetrics::SchedulerMetrics(prometheus::Registry& registry)
    : delay_seconds(
          prometheus::BuildHistogram()
              .Name("courant_schedule_delay_seconds")
              .Help("Time from when a scheduled article, an embargo or an "
                    "expiry was due until it was committed.")
              .Register(registry)
              .Add({},
                   prometheus::Histogram::BucketBoundaries{
                       0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 300})) {}

}  // namespace courant

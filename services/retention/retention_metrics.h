#ifndef COURANT_SERVICES_RETENTION_RETENTION_METRICS_H_
#define COURANT_SERVICES_RETENTION_RETENTION_METRICS_H_

#include "prometheus/counter.h"
#include "prometheus/registry.h"

namespace courant {

// What was let go of history. Where it begins is courant_log_floor_sequence, of
// the hub. Thread-safe.
struct RetentionMetrics {
  // `registry` is not owned and must outlive the metrics.
  explicit RetentionMetrics(prometheus::Registry& registry)
      : texts_let_go(
            prometheus::BuildCounter()
                .Name("courant_history_texts_let_go_total")
                .Help("Texts of earlier revisions that were let go since they "
                      "are older than storage.retention.")
                .Register(registry)
                .Add({})) {}

  prometheus::Counter& texts_let_go;
};

}  // namespace courant

#endif  // COURANT_SERVICES_RETENTION_RETENTION_METRICS_H_

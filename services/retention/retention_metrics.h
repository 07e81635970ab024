#ifndef COURANT_SERVICES_RETENTION_RETENTION_METRICS_H_
#define COURANT_SERVICES_RETENTION_RETENTION_METRICS_H_

#include "prometheus/counter.h"
#include "prometheus/registry.h"

namespace courant {

// What was let go of history. Where it begins is courant_log_floor_sequence, of
// the hub; what of it is still in files is in courant_erasures_owed, of the
// store. Thread-safe.
struct RetentionMetrics {
  // `registry` is not owned and must outlive the metrics.
  explicit RetentionMetrics(prometheus::Registry& registry);

  // Texts of earlier revisions, since the start.
  prometheus::Counter& texts_let_go;
  // Passes that failed: nothing more is let go until one does not.
  prometheus::Counter& passes_failed;
};

}  // namespace courant

#endif  // COURANT_SERVICES_RETENTION_RETENTION_METRICS_H_

#ifndef COURANT_STORAGE_STORAGE_METRICS_H_
#define COURANT_STORAGE_STORAGE_METRICS_H_

#include <cstddef>

#include "absl/time/time.h"
#include "prometheus/counter.h"
#include "prometheus/gauge.h"
#include "prometheus/histogram.h"
#include "prometheus/registry.h"

namespace courant::storage {

// What storage counts, for dashboards and alerts: how long commits take and
// where, how well callers share syncs, what a kill still owes to the disk.
// Never blocks. Thread-safe. All series exist from the start, with 0, so that
// an alert can tell "nothing happened" from "nobody counts".
class StorageMetrics {
 public:
  // `registry` is not owned and must outlive the metrics.
  explicit StorageMetrics(prometheus::Registry& registry);

  // A frame with the decisions of `callers` was committed; `took` is from the
  // first decision to the last one applied.
  void GroupCommitted(size_t callers, absl::Duration took);

  // The log took `took` to make a frame durable: the sync of the disk, and
  // nearly all of it.
  void FrameAppended(absl::Duration took);

  // A request was answered from an earlier attempt.
  void RequestReplayed();

  // So many changes took articles away that may still be in files, now. A
  // gauge: the last call counts.
  void ErasuresOwed(size_t changes);

 private:
  prometheus::Histogram& commit_seconds_;
  prometheus::Histogram& append_seconds_;
  prometheus::Histogram& group_size_;
  prometheus::Counter& replays_;
  prometheus::Gauge& erasures_owed_;
};

}  // namespace courant::storage

#endif  // COURANT_STORAGE_STORAGE_METRICS_H_

#ifndef COURANT_STORAGE_STORAGE_METRICS_H_
#define COURANT_STORAGE_STORAGE_METRICS_H_

#include <cstddef>

#include "absl/time/time.h"
#include "prometheus/counter.h"
#include "prometheus/histogram.h"
#include "prometheus/registry.h"

namespace courant::storage {

// What the commit path counts. Thread-safe. All series exist from the start.
class StorageMetrics {
 public:
  // `registry` is not owned and must outlive the metrics.
  explicit StorageMetrics(prometheus::Registry& registry);

  // A frame with the decisions of `callers` was committed; `took` is from the
  // first decision to the last one applied.
  void GroupCommitted(size_t callers, absl::Duration took);

  // The log took `took` to make a frame durable.
  void FrameAppended(absl::Duration took);

  // A request was answered from an earlier attempt.
  void RequestReplayed();

 private:
  prometheus::Histogram& commit_seconds_;
  prometheus::Histogram& append_seconds_;
  prometheus::Histogram& group_size_;
  prometheus::Counter& replays_;
};

}  // namespace courant::storage

#endif  // COURANT_STORAGE_STORAGE_METRICS_H_

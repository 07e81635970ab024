#include "storage/storage_metrics.h"

namespace courant::storage {
namespace {

// Seconds; every latency that an objective names is a bound.
prometheus::Histogram::BucketBoundaries LatencyBounds() {
  return {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
          0.1,    0.25,  0.5,    1,     2.5,  5,     10};
}

prometheus::Histogram& AddHistogram(
    prometheus::Registry& registry, const char* name, const char* help,
    const prometheus::Histogram::BucketBoundaries& bounds) {
  return prometheus::BuildHistogram()
      .Name(name)
      .Help(help)
      .Register(registry)
      .Add({}, bounds);
}

}  // namespace

StorageMetrics::StorageMetrics(prometheus::Registry& registry)
    : commit_seconds_(AddHistogram(
          registry, "courant_write_commit_seconds",
          "Time from the first decision of a group to its last change applied.",
          LatencyBounds())),
      append_seconds_(AddHistogram(
          registry, "courant_wal_fsync_seconds",
          "Time the log took to make a frame durable, sync included.",
          LatencyBounds())),
      group_size_(AddHistogram(registry, "courant_group_commit_batch_size",
                               "Callers that shared one frame and its sync.",
                               {1, 2, 4, 8, 16, 32, 64, 128, 256})),
      replays_(prometheus::BuildCounter()
                   .Name("courant_idempotent_replays_total")
                   .Help("Requests answered from an earlier attempt with the "
                         "same request_id.")
                   .Register(registry)
                   .Add({})),
      erasures_owed_(prometheus::BuildGauge()
                         .Name("courant_erasures_owed")
                         .Help("Kills, and trims of the history, whose text "
                               "may still be in files of the database. 0 a few "
                               "seconds after the last one.")
                         .Register(registry)
                         .Add({})) {}

void StorageMetrics::GroupCommitted(size_t callers, absl::Duration took) {
  group_size_.Observe(static_cast<double>(callers));
  commit_seconds_.Observe(absl::ToDoubleSeconds(took));
}

void StorageMetrics::FrameAppended(absl::Duration took) {
  append_seconds_.Observe(absl::ToDoubleSeconds(took));
}

void StorageMetrics::RequestReplayed() { replays_.Increment(); }

void StorageMetrics::ErasuresOwed(size_t changes) {
  erasures_owed_.Set(static_cast<double>(changes));
}

}  // namespace courant::storage

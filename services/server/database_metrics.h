#ifndef COURANT_SERVICES_SERVER_DATABASE_METRICS_H_
#define COURANT_SERVICES_SERVER_DATABASE_METRICS_H_

#include <vector>

#include "prometheus/collectable.h"
#include "prometheus/metric_family.h"
#include "storage/store.h"

namespace courant {

// RocksDB and the data folder, read at each scrape. Thread-safe.
//
// What is here is what an operator is asked about at night: is the disk full,
// do writes stop, does compaction fall behind, does the cache fit. Sizes are in
// bytes and are sums over all column families. No scrape waits for the disk,
// but for what the data folder looks like: statvfs(), and a list of the files
// of the database. An unreadable value is 0.
class DatabaseMetrics final : public prometheus::Collectable {
 public:
  // `store` is not owned and must outlive the metrics.
  explicit DatabaseMetrics(const storage::Store& store) : store_(store) {}

  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  const storage::Store& store_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_SERVER_DATABASE_METRICS_H_

#ifndef COURANT_SERVICES_SUBSCRIPTIONS_SUBSCRIPTION_METRICS_H_
#define COURANT_SERVICES_SUBSCRIPTIONS_SUBSCRIPTION_METRICS_H_

#include <vector>

#include "prometheus/collectable.h"
#include "prometheus/counter.h"
#include "prometheus/metric_family.h"
#include "prometheus/registry.h"
#include "storage/change_log.h"
#include "storage/subscription_store.h"

namespace courant {

// How far durable subscriptions are behind, read at each scrape. There is a
// series for each of the kMaxSeries that are furthest behind and no more, so
// that nobody makes series without end by making subscriptions; how many there
// are is in a number of its own. Thread-safe. Blocks on the disk for some
// milliseconds per 1,000 subscriptions that are not in memory.
class SubscriptionMetrics final : public prometheus::Collectable {
 public:
  // Enough for a dashboard of who needs help; all of them are in
  // ListSubscriptions.
  static constexpr size_t kMaxSeries = 50;

  // Nothing is owned; all must outlive the metrics. The counter of commits is
  // in `registry`; what is read at each scrape is not.
  SubscriptionMetrics(const storage::SubscriptionStore& store,
                      const storage::ChangeLog& log,
                      prometheus::Registry& registry);

  // How many there are, and the lag of those furthest behind, by name. What
  // cannot be read is left out.
  std::vector<prometheus::MetricFamily> Collect() const override;

  // Cursors moved by a commit, since the start; those that were not moved by it
  // are not counted.
  prometheus::Counter& commits() { return commits_; }

 private:
  const storage::SubscriptionStore& store_;
  const storage::ChangeLog& log_;
  prometheus::Counter& commits_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_SUBSCRIPTIONS_SUBSCRIPTION_METRICS_H_

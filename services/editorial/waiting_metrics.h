#ifndef COURANT_SERVICES_EDITORIAL_WAITING_METRICS_H_
#define COURANT_SERVICES_EDITORIAL_WAITING_METRICS_H_

#include <vector>

#include "absl/time/time.h"
#include "prometheus/collectable.h"
#include "prometheus/metric_family.h"
#include "storage/base/clock.h"
#include "storage/base/mutex.h"
#include "storage/database.h"

namespace courant {

// What the scheduler has still to do. How many and when is for operators, who
// must not restart the server a minute before eight o'clock; which articles
// these are is not in it, nor is anything of what they say.
//
//   courant_schedule_waiting{kind}                 articles
//   courant_schedule_next_timestamp_seconds{kind}  the next of them, in Unix
//                                                  time; 0: none waits
//   courant_schedule_overdue_seconds               since when the first of all
//                                                  is due and was not done
//
// `kind` is what they wait for: "publish", "embargo" or "expiry". The first two
// are counted at a scrape, at most once in kInterval, of the kMaxScanned that
// are due first, which takes some 5 ms for 1,000; the last is as of now.
// Thread-safe.
class WaitingMetrics final : public prometheus::Collectable {
 public:
  // Articles with an expiry may be many.
  static constexpr size_t kMaxScanned = 10'000;
  // What a scrape may be behind.
  static constexpr absl::Duration kInterval = absl::Seconds(10);

  // Nothing is owned; both must outlive the object.
  WaitingMetrics(const storage::Database& database, const Clock& clock)
      : database_(database), clock_(clock) {}

  // What cannot be read is left out.
  std::vector<prometheus::MetricFamily> Collect() const override
      ABSL_LOCKS_EXCLUDED(mu_);

 private:
  const storage::Database& database_;
  const Clock& clock_;
  // Held while they are counted, so that two scrapes do it once.
  mutable Mutex mu_;
  mutable std::vector<prometheus::MetricFamily> counted_ ABSL_GUARDED_BY(mu_);
  mutable absl::Time counted_at_ ABSL_GUARDED_BY(mu_) = absl::InfinitePast();
};

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_WAITING_METRICS_H_

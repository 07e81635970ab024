#ifndef COURANT_SERVICES_DISTRIBUTION_STREAM_LAG_METRICS_H_
#define COURANT_SERVICES_DISTRIBUTION_STREAM_LAG_METRICS_H_

#include <cstddef>
#include <vector>

#include "absl/time/time.h"
#include "prometheus/collectable.h"
#include "prometheus/metric_family.h"
#include "services/distribution/change_hub.h"
#include "storage/base/clock.h"

namespace courant {

// How far streams are behind, and whose:
//
//   courant_subscription_lag_seconds
//       since the commit of the first change that the stream furthest behind
//       was not told of; 0: none is behind
//   courant_partner_lag_changes{partner}
//   courant_partner_lag_seconds{partner}
//       the same of the streams of one partner; 0 also when none is open
//   courant_partner_events_delivered_total{partner}
//       changes handed to the transport since the start
//
// `partner` is a {partner} that has had a stream since the start: the
// kMaxPartners that are furthest behind, then the first ones by name. What a
// filter passes over counts as told when the stream says so, once in its
// progress interval. Looked at when somebody scrapes: a walk over the streams,
// and a read of one change for each partner that is behind, mostly from
// memory. Thread-safe.
class StreamLagMetrics final : public prometheus::Collectable {
 public:
  static constexpr size_t kMaxPartners = 50;

  // Nothing is owned; both must outlive the object.
  StreamLagMetrics(ChangeHub& hub, const Clock& clock)
      : hub_(hub), clock_(clock) {}

  // What cannot be read of the log is left out.
  std::vector<prometheus::MetricFamily> Collect() const override;

 private:
  // Since the change after `position` was committed; 0 at the tail.
  absl::StatusOr<absl::Duration> LagAt(Sequence position) const;

  ChangeHub& hub_;
  const Clock& clock_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_DISTRIBUTION_STREAM_LAG_METRICS_H_

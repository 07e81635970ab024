#ifndef COURANT_SERVICES_DISTRIBUTION_STREAM_METRICS_H_
#define COURANT_SERVICES_DISTRIBUTION_STREAM_METRICS_H_

#include <array>
#include <cstddef>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "courant/v1/change.pb.h"
#include "courant/v1/change_service.pb.h"
#include "prometheus/counter.h"
#include "prometheus/histogram.h"
#include "prometheus/registry.h"

namespace courant {

struct Match;

// What is counted of the life of change streams, and of what they carry:
//
//   courant_subscriptions_opened_total{start}
//       where they began: see kStarts
//   courant_subscriptions_ended_total{reason}
//       why those that had begun have ended: see kEnds
//   courant_articles_writes_total{kind}
//       changes committed since the start, by Change.Kind
//   courant_kill_propagation_seconds
//       from the commit of a kill to its hand-over, as
//       courant_delivery_latency_seconds
//   courant_catchup_bytes_total
//       bytes of batches that were no news
//
// All series exist from the start. Thread-safe; nothing takes a lock.
class StreamMetrics {
 public:
  static constexpr std::array<absl::string_view, 6> kStarts = {
      "latest", "earliest", "snapshot", "token", "sequence", "subscription"};
  // `complete`: it came to its end_sequence; `client_cancel`: its client left,
  // or was lost; `drain`: the server stops; `revoked`: what its partner showed
  // is not accepted any more; `fenced`: a newer stream has its subscription;
  // `deleted`: that is gone; `expired`: history was let go that it had not come
  // to.
  static constexpr std::array<absl::string_view, 9> kEnds = {
      "complete", "client_cancel", "drain",   "stalled", "revoked",
      "fenced",   "deleted",       "expired", "error"};

  // `registry` is not owned and must outlive the metrics.
  explicit StreamMetrics(prometheus::Registry& registry);

  // A stream has begun as `request` asks.
  void Opened(const v1::SubscribeChangesRequest& request);
  // One that had begun ended with `status`.
  void Ended(const absl::Status& status);
  // A change was committed.
  void Committed(v1::Change::Kind kind);
  // A batch of `matches`, which are some, is about to be given to the
  // transport. `live`: the stream has been at the tail.
  void Delivered(const std::vector<Match>& matches, size_t bytes, bool live);

 private:
  std::array<prometheus::Counter*, kStarts.size()> opened_;
  std::array<prometheus::Counter*, kEnds.size()> ended_;
  // By number; of those that a Change never has, null.
  std::array<prometheus::Counter*, v1::Change::Kind_ARRAYSIZE> committed_ = {};
  prometheus::Counter& delivered_;
  prometheus::Histogram& delivery_seconds_;
  prometheus::Histogram& kill_seconds_;
  prometheus::Counter& catchup_bytes_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_DISTRIBUTION_STREAM_METRICS_H_

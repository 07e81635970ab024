#ifndef COURANT_SERVICES_EDGE_EDGE_METRICS_H_
#define COURANT_SERVICES_EDGE_EDGE_METRICS_H_

#include <array>

#include "absl/strings/string_view.h"
#include "prometheus/counter.h"
#include "prometheus/gauge.h"
#include "prometheus/registry.h"
#include "services/edge/cut_reason.h"

namespace courant {

// Why a connection was closed as soon as it had come.
enum class AcceptRefusal {
  kConnections,  // the listener has as many as it may
  kAddress,      // its address has
  kDescriptors,  // the process has hardly any descriptors left
  kCuts,         // too many of its address were cut
};
inline constexpr int kAcceptRefusals = 4;

// What one listener counts. All series are there from the start. Thread-safe.
//
//   courant_connections_accepted_total{listener}
//   courant_connections_refused_total{listener, reason="connections" ...}
//   courant_accept_errors_total{listener}  what the system would not give us
//
// And where connections are followed after that:
//
//   courant_connections_open{listener}
//   courant_connections_cut_total{listener, reason="bytes" ...}
//
// Reasons are those of AcceptRefusal and CutReason, in lower case.
class EdgeMetrics {
 public:
  // `listener` is its name in the configuration; `registry` is not owned and
  // must outlive the metrics.
  EdgeMetrics(prometheus::Registry& registry, absl::string_view listener,
              bool are_followed);

  // This one and cut() only if they are followed.
  prometheus::Gauge& open() { return *open_; }
  // Handed to gRPC.
  prometheus::Counter& accepted() { return *accepted_; }
  // Times that the system said no, for whatever reason.
  prometheus::Counter& accept_errors() { return *accept_errors_; }
  prometheus::Counter& refused(AcceptRefusal why) {
    return *refused_.at(static_cast<size_t>(why));
  }
  prometheus::Counter& cut(CutReason why) {
    return *cut_.at(static_cast<size_t>(why));
  }

 private:
  // Of the registry.
  prometheus::Gauge* open_ = nullptr;
  prometheus::Counter* accepted_;
  prometheus::Counter* accept_errors_;
  std::array<prometheus::Counter*, kAcceptRefusals> refused_;
  std::array<prometheus::Counter*, kCutReasons> cut_ = {};
};

}  // namespace courant

#endif  // COURANT_SERVICES_EDGE_EDGE_METRICS_H_

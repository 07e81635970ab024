#ifndef COURANT_SERVICES_RPC_RPC_METRICS_H_
#define COURANT_SERVICES_RPC_RPC_METRICS_H_

#include <array>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "prometheus/counter.h"
#include "prometheus/histogram.h"
#include "prometheus/registry.h"

namespace courant {

// What one method counts, under the names and labels of go-grpc-prometheus. All
// series exist from the start. Thread-safe.
class MethodMetrics {
 public:
  // `type` is "unary" or "server_stream". `registry` is not owned and must
  // outlive the metrics.
  MethodMetrics(prometheus::Registry& registry, absl::string_view type,
                absl::string_view service, absl::string_view method);

  void Started() { started_->Increment(); }
  void Received() { received_->Increment(); }
  void Sent() { sent_->Increment(); }
  // The call ended. Only unary calls count into the latency histogram.
  void Handled(absl::StatusCode code, absl::Duration took);

 private:
  prometheus::Counter* started_;
  prometheus::Counter* received_;
  prometheus::Counter* sent_;
  std::array<prometheus::Counter*, 17> handled_;
  prometheus::Histogram* seconds_ = nullptr;  // null for streams
};

}  // namespace courant

#endif  // COURANT_SERVICES_RPC_RPC_METRICS_H_

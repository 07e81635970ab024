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

// What one method counts, under the names and labels of go-grpc-prometheus, so
// that dashboards and alerts which everybody has fit. All series exist from the
// start, also those of codes that were never returned: an alert on a rate of
// errors works from the first error on. Thread-safe; counting takes no lock.
class MethodMetrics {
 public:
  // `type` is "unary" or "server_stream". `registry` is not owned and must
  // outlive the metrics.
  MethodMetrics(prometheus::Registry& registry, absl::string_view type,
                absl::string_view service, absl::string_view method);

  // A call came in. Every call is started once and handled once, so the
  // difference is what is open.
  void Started() { started_->Increment(); }
  // A message was taken from, or handed to, the transport; that it arrived is
  // not known.
  void Received() { received_->Increment(); }
  void Sent() { sent_->Increment(); }
  // The call ended. Only unary calls count into the latency histogram: how long
  // a stream lived says nothing about the server.
  void Handled(absl::StatusCode code, absl::Duration took);

 private:
  // Of the registry, which never forgets a series.
  prometheus::Counter* started_;
  prometheus::Counter* received_;
  prometheus::Counter* sent_;
  // By status code: there are 17, and OK is 0.
  std::array<prometheus::Counter*, 17> handled_;
  prometheus::Histogram* seconds_ = nullptr;  // null for streams
};

}  // namespace courant

#endif  // COURANT_SERVICES_RPC_RPC_METRICS_H_

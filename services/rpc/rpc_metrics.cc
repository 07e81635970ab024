#include "services/rpc/rpc_metrics.h"

#include "services/rpc/status_mapping.h"

namespace courant {
namespace {

prometheus::Counter& AddCounter(prometheus::Registry& registry,
                                const char* name, const char* help,
                                const prometheus::Labels& labels) {
  return prometheus::BuildCounter()
      .Name(name)
      .Help(help)
      .Register(registry)
      .Add(labels);
}

}  // namespace

MethodMetrics::MethodMetrics(prometheus::Registry& registry,
                             absl::string_view type, absl::string_view service,
                             absl::string_view method) {
  const prometheus::Labels labels = {{"grpc_type", std::string(type)},
                                     {"grpc_service", std::string(service)},
                                     {"grpc_method", std::string(method)}};
  started_ = &AddCounter(registry, "grpc_server_started_total",
                         "RPCs started on the server.", labels);
  received_ = &AddCounter(registry, "grpc_server_msg_received_total",
                          "Messages received by the server.", labels);
  sent_ = &AddCounter(registry, "grpc_server_msg_sent_total",
                      "Messages sent by the server.", labels);
  for (size_t code = 0; code < handled_.size(); ++code) {
    prometheus::Labels with_code = labels;
    with_code["grpc_code"] = CodeLabel(static_cast<absl::StatusCode>(code));
    handled_[code] = &AddCounter(registry, "grpc_server_handled_total",
                                 "RPCs completed on the server.", with_code);
  }
  if (type != "unary") return;
  seconds_ = &prometheus::BuildHistogram()
                  .Name("grpc_server_handling_seconds")
                  .Help(
                      "Time from the request read to the response given to "
                      "the transport.")
                  .Register(registry)
                  .Add(labels, prometheus::Histogram::BucketBoundaries{
                                   0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
                                   0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10});
}

void MethodMetrics::Handled(absl::StatusCode code, absl::Duration took) {
  const auto index = static_cast<size_t>(code);
  handled_[index < handled_.size() ? index : 2]->Increment();
  if (seconds_ != nullptr) seconds_->Observe(absl::ToDoubleSeconds(took));
}

}  // namespace courant

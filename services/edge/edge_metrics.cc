#include "services/edge/edge_metrics.h"

#include <string>

namespace courant {
namespace {

prometheus::Family<prometheus::Counter>& Counters(
    prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}

}  // namespace

EdgeMetrics::EdgeMetrics(prometheus::Registry& registry,
                         absl::string_view listener, bool are_followed) {
  const prometheus::Labels labels = {{"listener", std::string(listener)}};
  const auto with_reason = [&labels](absl::string_view reason) {
    prometheus::Labels both = labels;
    both["reason"] = std::string(reason);
    return both;
  };
  accepted_ = &Counters(registry, "courant_connections_accepted_total",
                        "Connections that were handed to gRPC.")
                   .Add(labels);
  accept_errors_ =
      &Counters(registry, "courant_accept_errors_total",
                "Times that the system would not give a connection.")
           .Add(labels);
  auto& refused = Counters(registry, "courant_connections_refused_total",
                           "Connections that were closed as they came.");
  constexpr std::array<const char*, kAcceptRefusals> kRefusals = {
      "connections", "address", "descriptors", "cuts"};
  for (size_t i = 0; i < refused_.size(); ++i) {
    refused_[i] = &refused.Add(with_reason(kRefusals[i]));
  }
  if (!are_followed) return;
  open_ = &prometheus::BuildGauge()
               .Name("courant_connections_open")
               .Help("Connections that clients have open.")
               .Register(registry)
               .Add(labels);
  auto& cut = Counters(registry, "courant_connections_cut_total",
                       "Connections that were cut for what they did.");
  for (size_t i = 0; i < cut_.size(); ++i) {
    cut_[i] = &cut.Add(with_reason(NameOf(static_cast<CutReason>(i))));
  }
}

}  // namespace courant

#include "services/distribution/hub_metrics.h"

namespace courant {
namespace {

prometheus::Gauge& AddGauge(prometheus::Registry& registry, const char* name,
                            const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add(
      {});
}

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

HubMetrics::HubMetrics(prometheus::Registry& registry)
    : active(AddGauge(registry, "courant_subscriptions_active",
                      "Change streams open now.")),
      streams(registry),
      max_lag(AddGauge(registry, "courant_subscription_lag_events",
                       "Changes by which the stream furthest behind is "
                       "behind.")),
      stalled(AddGauge(registry, "courant_streams_stalled",
                       "Streams whose client has taken nothing for a third of "
                       "stream.stall_timeout.")),
      tail(AddGauge(registry, "courant_log_tail_sequence",
                    "Newest change that can be read.")),
      floor(AddGauge(registry, "courant_log_floor_sequence",
                     "First change from which on every text is there: "
                     "where readers may begin.")),
      resumed(AddCounter(registry, "courant_resume_total",
                         "Streams that began with a token, by result.",
                         {{"result", "ok"}})),
      resume_refused(AddCounter(registry, "courant_resume_total",
                                "Streams that began with a token, by result.",
                                {{"result", "refused"}})) {}

}  // namespace courant

#ifndef COURANT_SERVICES_SERVER_RETENTION_SIDE_H_
#define COURANT_SERVICES_SERVER_RETENTION_SIDE_H_

#include <functional>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "courant/config/v1/server_config.pb.h"
#include "prometheus/registry.h"
#include "services/retention/retention_metrics.h"
#include "services/retention/trimmer.h"
#include "services/server/config_duration.h"
#include "storage/base/clock.h"
#include "storage/store.h"

namespace courant {

// What a server has to let history go. Nothing happens while `retention` is 0.
struct RetentionSide {
  // Nothing is owned; all must outlive this. `on_trouble` is told of each pass
  // that failed.
  RetentionSide(storage::Store& store, const config::v1::ServerConfig& config,
                const Clock& clock, prometheus::Registry& registry,
                std::function<void(const absl::Status&)> on_trouble)
      : retention(ToDuration(config.storage().retention())),
        metrics(registry),
        trimmer(store, clock, metrics,
                {.retention = retention, .on_error = std::move(on_trouble)}) {}

  const absl::Duration retention;
  RetentionMetrics metrics;
  Trimmer trimmer;
};

}  // namespace courant

#endif  // COURANT_SERVICES_SERVER_RETENTION_SIDE_H_

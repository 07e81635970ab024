#ifndef COURANT_SERVICES_SERVER_CONFIG_METRICS_H_
#define COURANT_SERVICES_SERVER_CONFIG_METRICS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "courant/config/v1/server_config.pb.h"
#include "prometheus/collectable.h"
#include "prometheus/metric_family.h"
#include "storage/base/mutex.h"

namespace courant {

// With which configuration the server runs, and what became of those that it
// was told to read since.
//
//   courant_config_last_reload_successful     1 or 0; 1 after the start
//   courant_config_last_reload_success_timestamp_seconds
//   courant_config_reloads_total{result="success" or "failure"}
//   courant_config_hash_info{sha256}          1; the first 16 digits
//
// Thread-safe.
class ConfigMetrics final : public prometheus::Collectable {
 public:
  // The server starts with `config` at `now`.
  ConfigMetrics(const config::v1::ServerConfig& config, absl::Time now);

  // It has taken over `config` at `now`.
  void TellTaken(const config::v1::ServerConfig& config, absl::Time now)
      ABSL_LOCKS_EXCLUDED(mu_);
  // It was told to read one that it has refused.
  void TellRefused() ABSL_LOCKS_EXCLUDED(mu_);

  std::vector<prometheus::MetricFamily> Collect() const override
      ABSL_LOCKS_EXCLUDED(mu_);

 private:
  mutable Mutex mu_;
  bool last_was_good_ ABSL_GUARDED_BY(mu_) = true;
  absl::Time taken_ ABSL_GUARDED_BY(mu_);
  int64_t successes_ ABSL_GUARDED_BY(mu_) = 0;
  int64_t failures_ ABSL_GUARDED_BY(mu_) = 0;
  std::string hash_ ABSL_GUARDED_BY(mu_);
};

}  // namespace courant

#endif  // COURANT_SERVICES_SERVER_CONFIG_METRICS_H_

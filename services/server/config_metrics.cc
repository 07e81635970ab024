#include "services/server/config_metrics.h"

#include <cstddef>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "services/config/config_keys.h"
#include "services/config/config_value.h"
#include "services/server/metric_family.h"
#include "storage/digest.h"

namespace courant {
namespace {

// Tells configurations apart; nobody has to be kept from making two that are
// alike.
constexpr size_t kHashDigits = 16;

// The same for all that mean the same, however they are written.
std::string HashOf(const config::v1::ServerConfig& config) {
  std::string text;
  for (const ConfigKey& key : ConfigKeys()) {
    absl::StrAppend(&text, key.name, ": ", FormatValue(key, config), "\n");
  }
  return absl::BytesToHexString(storage::Sha256(text)).substr(0, kHashDigits);
}

prometheus::MetricFamily WithLabel(prometheus::MetricFamily family,
                                   const char* name, const std::string& value) {
  family.metric.front().label = {{name, value}};
  return family;
}

}  // namespace

ConfigMetrics::ConfigMetrics(const config::v1::ServerConfig& config,
                             absl::Time now)
    : taken_(now), hash_(HashOf(config)) {}

void ConfigMetrics::TellTaken(const config::v1::ServerConfig& config,
                              absl::Time now) {
  std::string hash = HashOf(config);
  MutexLock lock(mu_);
  last_was_good_ = true;
  taken_ = now;
  ++successes_;
  hash_ = std::move(hash);
}

void ConfigMetrics::TellRefused() {
  MutexLock lock(mu_);
  last_was_good_ = false;
  ++failures_;
}

std::vector<prometheus::MetricFamily> ConfigMetrics::Collect() const {
  MutexLock lock(mu_);
  prometheus::MetricFamily reloads = WithLabel(
      CounterFamily("courant_config_reloads_total",
                    "How often the server was told to read its configuration "
                    "again, by whether it took it over.",
                    static_cast<double>(successes_)),
      "result", "success");
  prometheus::ClientMetric& failures = reloads.metric.emplace_back();
  failures.label = {{"result", "failure"}};
  failures.counter.value = static_cast<double>(failures_);
  return {
      GaugeFamily("courant_config_last_reload_successful",
                  "1 if the server runs with what it read last, 0 if it has "
                  "refused that.",
                  last_was_good_ ? 1 : 0),
      GaugeFamily("courant_config_last_reload_success_timestamp_seconds",
                  "When the configuration came into force with which the "
                  "server runs, in Unix time.",
                  absl::ToDoubleSeconds(taken_ - absl::UnixEpoch())),
      std::move(reloads),
      WithLabel(GaugeFamily("courant_config_hash_info",
                            "1; the label tells configurations apart.", 1),
                "sha256", hash_),
  };
}

}  // namespace courant

#include "services/backup/backup_metrics.h"

namespace courant {
namespace {

prometheus::Gauge* GaugeOf(prometheus::Registry& registry, const char* name,
                           const char* help) {
  return &prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add(
      {});
}

}  // namespace

BackupMetrics::BackupMetrics(prometheus::Registry& registry)
    : configured_(GaugeOf(registry, "courant_backup_configured",
                          "1 where a folder for backups is set.")),
      last_time_(GaugeOf(registry, "courant_backup_last_timestamp_seconds",
                         "When the newest backup was made; 0: there is none.")),
      last_bytes_(GaugeOf(registry, "courant_backup_last_bytes",
                          "Size of the newest backup, with what it shares.")),
      duration_(GaugeOf(registry, "courant_backup_duration_seconds",
                        "How long the newest backup took; 0: none was made "
                        "since the start.")),
      verified_time_(
          GaugeOf(registry, "courant_backup_verified_timestamp_seconds",
                  "When a backup was last read and found whole; 0: not since "
                  "the start.")),
      kills_unnoted_(GaugeOf(registry, "courant_backup_kills_unnoted",
                             "Kills that the KILLS file beside the backups "
                             "does not have yet.")) {
  auto& runs = prometheus::BuildCounter()
                   .Name("courant_backup_runs_total")
                   .Help("Backups that were made, and that failed.")
                   .Register(registry);
  made_ = &runs.Add({{"result", "made"}});
  failed_ = &runs.Add({{"result", "failed"}});
}

}  // namespace courant

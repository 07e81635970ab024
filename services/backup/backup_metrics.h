#ifndef COURANT_SERVICES_BACKUP_BACKUP_METRICS_H_
#define COURANT_SERVICES_BACKUP_BACKUP_METRICS_H_

#include "prometheus/counter.h"
#include "prometheus/gauge.h"
#include "prometheus/registry.h"

namespace courant {

// What is measured about backups: how old the newest is, which is what an alert
// is about, and whether what is killed is written down. The series are there,
// with 0, also where no folder is set. Thread-safe.
class BackupMetrics {
 public:
  // Registers the series, which a registry takes from one object, and which has
  // to outlive this.
  explicit BackupMetrics(prometheus::Registry& registry);

  // 1 where a folder for backups is set; 0: nobody expects any.
  prometheus::Gauge& configured() { return *configured_; }
  // When the newest backup was made that was seen to be there, in seconds since
  // 1970; 0 when none is. And its size in bytes, with the tables that it shares
  // with others.
  prometheus::Gauge& last_time() { return *last_time_; }
  prometheus::Gauge& last_bytes() { return *last_bytes_; }
  // How long it took, if this server made it; 0: it has made none.
  prometheus::Gauge& duration() { return *duration_; }
  // Backups that were made, and those that failed, since the start; a check of
  // one is neither.
  prometheus::Counter& made() { return *made_; }
  prometheus::Counter& failed() { return *failed_; }
  // When a backup was last read whole and found good, by this server; 0: not
  // since its start.
  prometheus::Gauge& verified_time() { return *verified_time_; }
  // Kills that are not in the KILLS file yet; above 0 for longer than a moment,
  // the folder of the backups cannot be written.
  prometheus::Gauge& kills_unnoted() { return *kills_unnoted_; }

 private:
  prometheus::Gauge* configured_;
  prometheus::Gauge* last_time_;
  prometheus::Gauge* last_bytes_;
  prometheus::Gauge* duration_;
  prometheus::Counter* made_;
  prometheus::Counter* failed_;
  prometheus::Gauge* verified_time_;
  prometheus::Gauge* kills_unnoted_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_BACKUP_BACKUP_METRICS_H_

#ifndef COURANT_SERVICES_AUDIT_AUDIT_METRICS_H_
#define COURANT_SERVICES_AUDIT_AUDIT_METRICS_H_

#include "prometheus/counter.h"
#include "prometheus/gauge.h"
#include "prometheus/registry.h"

namespace courant {

// What the audit log counts, for operators' alerts. Thread-safe.
//
//   courant_audit_records_total       records that are on the disk
//   courant_audit_left_out_total      left out, since a source had too many
//   courant_audit_lost_total          lost, since they could not be written
//   courant_audit_write_errors_total  times that the file could not be written
//   courant_audit_failing             1: it cannot be written now
class AuditMetrics {
 public:
  // Makes all series. `registry` is not owned and must outlive the metrics; one
  // registry takes one object.
  explicit AuditMetrics(prometheus::Registry& registry);

  // Counted by the log as the comment of the class says.
  prometheus::Counter& records() { return records_; }
  prometheus::Counter& left_out() { return left_out_; }
  prometheus::Counter& lost() { return lost_; }
  prometheus::Counter& write_errors() { return write_errors_; }
  prometheus::Gauge& failing() { return failing_; }

 private:
  // Of the registry.
  prometheus::Counter& records_;
  prometheus::Counter& left_out_;
  prometheus::Counter& lost_;
  prometheus::Counter& write_errors_;
  prometheus::Gauge& failing_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_AUDIT_AUDIT_METRICS_H_

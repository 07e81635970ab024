#include "services/audit/audit_metrics.h"

#include <string>

namespace courant {
namespace {

prometheus::Counter& CounterOf(prometheus::Registry& registry,
                               const std::string& name,
                               const std::string& help) {
  return prometheus::BuildCounter()
      .Name(name)
      .Help(help)
      .Register(registry)
      .Add({});
}

}  // namespace

AuditMetrics::AuditMetrics(prometheus::Registry& registry)
    : records_(CounterOf(registry, "courant_audit_records_total",
                         "Records of the audit log that are on the disk.")),
      left_out_(CounterOf(registry, "courant_audit_left_out_total",
                          "Records left out because a source had too many; "
                          "how many is in the log.")),
      lost_(CounterOf(registry, "courant_audit_lost_total",
                      "Records lost because they could not be written.")),
      write_errors_(CounterOf(registry, "courant_audit_write_errors_total",
                              "Times that the audit log could not be "
                              "written.")),
      failing_(prometheus::BuildGauge()
                   .Name("courant_audit_failing")
                   .Help("1 while the audit log cannot be written.")
                   .Register(registry)
                   .Add({})) {}

}  // namespace courant

#ifndef COURANT_SERVICES_PARTNERS_DENIAL_METRICS_H_
#define COURANT_SERVICES_PARTNERS_DENIAL_METRICS_H_

#include <map>

#include "courant/v1/partner.pb.h"
#include "prometheus/counter.h"
#include "prometheus/registry.h"

namespace courant {

// How often partners were not shown something that they read or that went past
// them on a stream, by the first rule that said so: what an operator looks at
// after a contract was changed. Neither partner nor article is in a label:
// ExplainAccess says it of one. Thread-safe.
//
//   courant_access_denied_total{reason}  names of AccessRule.Reason that deny
//                                        by themselves, and `other`
class DenialMetrics {
 public:
  // Makes all series. `registry` is not owned and must outlive the metrics; one
  // registry takes one object.
  explicit DenialMetrics(prometheus::Registry& registry);

  // Counts one decision. Quick: streams ask for each change.
  void Count(v1::AccessRule::Reason reason);

 private:
  std::map<v1::AccessRule::Reason, prometheus::Counter*> by_reason_;
  prometheus::Counter* other_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_PARTNERS_DENIAL_METRICS_H_

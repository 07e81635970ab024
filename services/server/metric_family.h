#ifndef COURANT_SERVICES_SERVER_METRIC_FAMILY_H_
#define COURANT_SERVICES_SERVER_METRIC_FAMILY_H_

#include <string>

#include "prometheus/metric_family.h"

namespace courant {

// A family with one value without labels, for what is read at each scrape and
// would be stale in a registry. `name` follows the rules of Prometheus: base
// units, and `_total` at the end of a counter. Thread-safe.

// What goes up and down.
prometheus::MetricFamily GaugeFamily(const char* name, const char* help,
                                     double value);

// What only grows while the process lives.
prometheus::MetricFamily CounterFamily(const char* name, const char* help,
                                       double value);

}  // namespace courant

#endif  // COURANT_SERVICES_SERVER_METRIC_FAMILY_H_

#ifndef COURANT_SERVICES_HTTP_METRICS_PAGE_H_
#define COURANT_SERVICES_HTTP_METRICS_PAGE_H_

#include "prometheus/collectable.h"
#include "services/http/ops_server.h"

namespace courant {

// Every metric of `metrics`, e.g. a registry, as it stands now, in the text
// format 0.0.4 of Prometheus. Thread-safe; collecting locks each metric family
// for a moment.
OpsResponse RenderMetricsPage(const prometheus::Collectable& metrics);

}  // namespace courant

#endif  // COURANT_SERVICES_HTTP_METRICS_PAGE_H_

#ifndef COURANT_SERVICES_SERVER_METRIC_LIST_H_
#define COURANT_SERVICES_SERVER_METRIC_LIST_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "courant/config/v1/server_config.pb.h"
#include "prometheus/metric_family.h"

namespace courant {

// What can be measured, for documentation and for tests that hold rules and
// dashboards against it: a line for each family, by name, with
// tabs between its name, its type, the names of its labels in order with commas
// between them ("-": it has none), and its help. Of a histogram the name
// without
// `_bucket`, `_sum` and `_count`, and not the label `le`. Pure.
std::string MetricList(const std::vector<prometheus::MetricFamily>& families);

// The list of a server with this configuration, which is started for it on an
// empty folder of its own and free ports of loopback, without TLS. The folder
// is gone when this returns. Takes about as long as a start.
//   UNAVAILABLE  a folder cannot be made, in TMPDIR or /tmp; or an error of
//                Server::Start
absl::StatusOr<std::string> ListMetrics(config::v1::ServerConfig config);

}  // namespace courant

#endif  // COURANT_SERVICES_SERVER_METRIC_LIST_H_

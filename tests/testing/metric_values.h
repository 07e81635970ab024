#ifndef COURANT_TESTS_TESTING_METRIC_VALUES_H_
#define COURANT_TESTS_TESTING_METRIC_VALUES_H_

#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "prometheus/metric_family.h"

namespace courant {

// The metrics of the family `name` in `families`, by the value of their first
// label, or "" without one: counters and gauges, and how often a histogram has
// observed. Empty if there is no such family.
std::map<std::string, double> MetricValues(
    const std::vector<prometheus::MetricFamily>& families,
    absl::string_view name);

}  // namespace courant

#endif  // COURANT_TESTS_TESTING_METRIC_VALUES_H_

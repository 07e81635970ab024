#ifndef COURANT_SERVICES_SERVER_ALL_METRICS_H_
#define COURANT_SERVICES_SERVER_ALL_METRICS_H_

#include <utility>
#include <vector>

#include "prometheus/collectable.h"
#include "prometheus/metric_family.h"

namespace courant {

// Several sources of metrics as one: the registry of a server, and what is read
// at each scrape and would be stale in it. Thread-safe, if they are.
class AllMetrics final : public prometheus::Collectable {
 public:
  // Nothing is owned; all must outlive this. One may be null: it has none.
  explicit AllMetrics(std::vector<const prometheus::Collectable*> sources)
      : sources_(std::move(sources)) {}

  // The families of all, in the order of the sources. No two may have families
  // of one name.
  std::vector<prometheus::MetricFamily> Collect() const override {
    std::vector<prometheus::MetricFamily> all;
    for (const prometheus::Collectable* source : sources_) {
      if (source == nullptr) continue;
      for (prometheus::MetricFamily& family : source->Collect()) {
        all.push_back(std::move(family));
      }
    }
    return all;
  }

 private:
  const std::vector<const prometheus::Collectable*> sources_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_SERVER_ALL_METRICS_H_

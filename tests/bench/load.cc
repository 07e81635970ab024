#include "tests/bench/load.h"

#include <utility>

#include "absl/time/clock.h"
#include "storage/base/status_macros.h"

namespace courant::bench {
namespace {

// A load and what came of it so far.
struct Side {
  Load& load;
  std::vector<absl::Duration> latencies;
  absl::Duration took;

  absl::Status Run(absl::Duration slice) {
    const absl::Time begin = absl::Now();
    COURANT_RETURN_IF_ERROR(load.Run(slice, latencies));
    took += absl::Now() - begin;
    return absl::OkStatus();
  }
};

}  // namespace

absl::StatusOr<std::vector<Measured>> Alternate(const std::vector<Load*>& loads,
                                                absl::Duration slice,
                                                absl::Duration duration) {
  std::vector<Side> sides;
  for (Load* const load : loads) {
    Side& side = sides.emplace_back(Side{.load = *load});
    // Connections and memory tables are made before anything is measured.
    COURANT_RETURN_IF_ERROR(side.Run(slice));
    side.latencies.clear();
    side.took = absl::ZeroDuration();
  }
  const absl::Time end = absl::Now() + duration;
  while (absl::Now() < end) {
    for (Side& side : sides) COURANT_RETURN_IF_ERROR(side.Run(slice));
  }
  std::vector<Measured> measured;
  for (Side& side : sides) {
    measured.push_back(Summarize(std::move(side.latencies), side.took));
  }
  return measured;
}

}  // namespace courant::bench

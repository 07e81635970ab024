#include "tests/bench/load.h"

#include "absl/time/clock.h"
#include "storage/base/status_macros.h"

namespace courant {
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

absl::StatusOr<std::pair<Measured, Measured>> Alternate(
    Load& ours, Load& limit, absl::Duration slice, absl::Duration duration) {
  Side a{.load = ours};
  Side b{.load = limit};
  // Connections and memory tables are made before anything is measured.
  for (Side* side : {&a, &b}) {
    COURANT_RETURN_IF_ERROR(side->Run(slice));
    side->latencies.clear();
    side->took = absl::ZeroDuration();
  }
  const absl::Time end = absl::Now() + duration;
  while (absl::Now() < end) {
    COURANT_RETURN_IF_ERROR(a.Run(slice));
    COURANT_RETURN_IF_ERROR(b.Run(slice));
  }
  return std::pair(Summarize(std::move(a.latencies), a.took),
                   Summarize(std::move(b.latencies), b.took));
}

}  // namespace courant

#ifndef COURANT_TESTS_BENCH_LOAD_H_
#define COURANT_TESTS_BENCH_LOAD_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tests/bench/samples.h"

namespace courant::bench {

// Something that can be kept busy for a while, again and again. Used by one
// thread.
class Load {
 public:
  virtual ~Load() = default;

  // Runs operations for `slice`, lets those that have begun end, and adds how
  // long each took to `latencies`.
  virtual absl::Status Run(absl::Duration slice,
                           std::vector<absl::Duration>& latencies) = 0;
};

// Runs all in turn, `slice` each, until `duration` is over: what one finds of
// the machine and its disk the others find as well. Measured by their own time.
absl::StatusOr<std::vector<Measured>> Alternate(const std::vector<Load*>& loads,
                                                absl::Duration slice,
                                                absl::Duration duration);

}  // namespace courant::bench

#endif  // COURANT_TESTS_BENCH_LOAD_H_

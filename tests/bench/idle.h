#ifndef COURANT_TESTS_BENCH_IDLE_H_
#define COURANT_TESTS_BENCH_IDLE_H_

#include <sys/types.h>

#include "absl/status/statusor.h"
#include "tests/bench/client/system.h"

namespace courant::bench {

struct IdleOptions {
  pid_t server = 0;
  int subscribers = 1;
  int on_each_connection = 1;
  // So many are published then, and everybody must receive them.
  int events = 0;
};

// Memory of the server for each subscriber that has nothing to read, in bytes:
// what it grew by when they came, after 100 others had come and stayed.
absl::StatusOr<double> BytesOfIdleSubscriber(const Target& target,
                                             const IdleOptions& options);

}  // namespace courant::bench

#endif  // COURANT_TESTS_BENCH_IDLE_H_

#ifndef COURANT_TESTS_BENCH_PUBLISH_LOAD_H_
#define COURANT_TESTS_BENCH_PUBLISH_LOAD_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tests/bench/samples.h"

namespace courant {

// `callers` callers publish the sample at the server `address`, each waiting
// for its answer before it sends the next, for `duration`. Two threads drive
// them all, each with a connection and a completion queue of its own, with
// requests encoded once: the client should cost little.
//   any error of the server  the first one
absl::StatusOr<Measured> MeasurePublish(const std::string& address, int callers,
                                        absl::Duration duration);

}  // namespace courant

#endif  // COURANT_TESTS_BENCH_PUBLISH_LOAD_H_

#ifndef COURANT_TESTS_BENCH_CALL_LOAD_H_
#define COURANT_TESTS_BENCH_CALL_LOAD_H_

#include <cstdint>
#include <functional>
#include <memory>

#include "absl/status/statusor.h"
#include "tests/bench/client/system.h"
#include "tests/bench/load.h"

namespace courant::bench {

struct CallOptions {
  Operation operation = Operation::kPublish;
  // Each waits for its answer before it calls again.
  int callers = 1;
  // Reads choose from so many articles.
  uint64_t articles = 1;
};

// Callers of a server, all on one thread, with requests encoded once where that
// can be: the client should cost little. Run() returns the first error of the
// server.
absl::StatusOr<std::unique_ptr<Load>> Calls(const Target& target,
                                            const CallOptions& options);

// Has 64 callers call for 0 to `count` - 1, as `open` opens them.
absl::Status CallForEach(
    uint64_t count, const std::function<absl::StatusOr<std::unique_ptr<Caller>>(
                        EventLoop&, Answered)>& open);

// Publishes articles 0 to `count` - 1 under the ids that reads find them by.
absl::Status Publish(const Target& target, uint64_t count);

}  // namespace courant::bench

#endif  // COURANT_TESTS_BENCH_CALL_LOAD_H_

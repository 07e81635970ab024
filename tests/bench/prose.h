#ifndef COURANT_TESTS_BENCH_PROSE_H_
#define COURANT_TESTS_BENCH_PROSE_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace courant::bench {

// Publishes `count` articles at ours with ids from `first` on. Their bodies are
// the texts in `file`, each ended by a zero byte, again and again, each time
// with other words changed, about one in thirty. Returns the bytes of the
// bodies.
absl::StatusOr<uint64_t> PublishProse(const std::string& address,
                                      const std::string& file, uint64_t first,
                                      uint64_t count);

}  // namespace courant::bench

#endif  // COURANT_TESTS_BENCH_PROSE_H_

#ifndef COURANT_TESTS_BENCH_LIMITS_COMMIT_LIMITS_H_
#define COURANT_TESTS_BENCH_LIMITS_COMMIT_LIMITS_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "tests/bench/load.h"

// What the machine allows, without our server.
namespace courant::bench {

// One thread appends what one commit writes to a file and syncs it (fdatasync).
// The file is in `folder`.
absl::StatusOr<std::unique_ptr<Load>> AppendAndSync(const std::string& folder);

// `threads` threads write to a RocksDB in `folder`, opened as ours is, batches
// of the same keys and bytes as a publication, each with sync: the group commit
// that RocksDB has built in.
absl::StatusOr<std::unique_ptr<Load>> RocksDbAlone(const std::string& folder,
                                                   int threads);

}  // namespace courant::bench

#endif  // COURANT_TESTS_BENCH_LIMITS_COMMIT_LIMITS_H_

#ifndef COURANT_TESTS_BENCH_COMMIT_LIMITS_H_
#define COURANT_TESTS_BENCH_COMMIT_LIMITS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tests/bench/samples.h"

// What the machine allows, without our server.
namespace courant {

// One thread appends what one commit writes to a file and syncs it (fdatasync),
// for `duration`. The file is in `folder`.
absl::StatusOr<Measured> MeasureAppendAndSync(const std::string& folder,
                                              absl::Duration duration);

// `threads` threads write to a RocksDB in `folder`, opened as ours is, batches
// of the same keys and bytes as a publication, each with sync: the group commit
// that RocksDB has built in.
absl::StatusOr<Measured> MeasureRocksDb(const std::string& folder, int threads,
                                        absl::Duration duration);

}  // namespace courant

#endif  // COURANT_TESTS_BENCH_COMMIT_LIMITS_H_

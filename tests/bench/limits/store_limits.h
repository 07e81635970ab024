#ifndef COURANT_TESTS_BENCH_LIMITS_STORE_LIMITS_H_
#define COURANT_TESTS_BENCH_LIMITS_STORE_LIMITS_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

// What a data folder allows, in this process and without a server.
namespace courant::bench {

// Changes per second that are read from the log of `data_dir`, from its
// beginning, in order, without looking at them. `events` must be there.
//   DATA_LOSS  there are more or fewer
absl::StatusOr<double> ScanLog(const std::string& data_dir, uint64_t events);

struct Opening {
  absl::Duration took;
  // Of write-ahead log that had to be read.
  int64_t wal_bytes = 0;
};

// Opens the store of `data_dir` and closes it again.
absl::StatusOr<Opening> OpenStore(const std::string& data_dir);

}  // namespace courant::bench

#endif  // COURANT_TESTS_BENCH_LIMITS_STORE_LIMITS_H_

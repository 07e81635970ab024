#ifndef COURANT_TESTS_BENCH_SERVER_PROCESS_H_
#define COURANT_TESTS_BENCH_SERVER_PROCESS_H_

#include <sys/types.h>

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

// What another process takes of the machine.
namespace courant::bench {

// Processor time of all its threads since it began.
absl::StatusOr<absl::Duration> ProcessorTime(pid_t process);

// Bytes of memory that it has now, files that it maps included.
absl::StatusOr<int64_t> ResidentBytes(pid_t process);

// Lets this process have as many connections as it may.
void AllowManyConnections();

}  // namespace courant::bench

#endif  // COURANT_TESTS_BENCH_SERVER_PROCESS_H_

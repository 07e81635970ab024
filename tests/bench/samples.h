#ifndef COURANT_TESTS_BENCH_SAMPLES_H_
#define COURANT_TESTS_BENCH_SAMPLES_H_

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "courant/v1/article_service.pb.h"

namespace courant::bench {

// What a measurement came to.
struct Measured {
  double per_second = 0;
  absl::Duration p50;
  absl::Duration p99;
};

// Rate and percentiles of operations that took `latencies` (sorted here) and
// were done within `took`.
Measured Summarize(std::vector<absl::Duration> latencies, absl::Duration took);

// A request that creates a published article of about 4 KB of accented text,
// the size that the measurements of performance.md use.
v1::CreateArticleRequest SampleRequest();

}  // namespace courant::bench

#endif  // COURANT_TESTS_BENCH_SAMPLES_H_

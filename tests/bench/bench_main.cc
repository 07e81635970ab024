// Measures one thing and prints one line of JSON; run.py interleaves them.
//
//   courant_bench append-sync FOLDER SECONDS
//   courant_bench rocksdb FOLDER SECONDS THREADS
//   courant_bench publish ADDRESS SECONDS CALLERS

#include <cstdio>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "tests/bench/commit_limits.h"
#include "tests/bench/publish_load.h"

namespace courant {
namespace {

absl::StatusOr<Measured> Measure(const std::vector<std::string>& words) {
  double seconds = 0;
  int count = 1;
  if (words.size() < 3 || !absl::SimpleAtod(words[2], &seconds) ||
      (words.size() > 3 && !absl::SimpleAtoi(words[3], &count))) {
    return absl::InvalidArgumentError("see the top of bench_main.cc");
  }
  const absl::Duration duration = absl::Seconds(seconds);
  if (words[0] == "append-sync") {
    return MeasureAppendAndSync(words[1], duration);
  }
  if (words[0] == "rocksdb") return MeasureRocksDb(words[1], count, duration);
  if (words[0] == "publish") return MeasurePublish(words[1], count, duration);
  return absl::InvalidArgumentError("no such measurement: " + words[0]);
}

}  // namespace
}  // namespace courant

int main(int argc, char** argv) {
  const auto measured =
      courant::Measure(std::vector<std::string>(argv + 1, argv + argc));
  if (!measured.ok()) {
    std::fprintf(stderr, "courant_bench: %s\n",
                 std::string(measured.status().message()).c_str());
    return 1;
  }
  std::printf("{\"per_second\": %.1f, \"p50_ms\": %.4f, \"p99_ms\": %.4f}\n",
              measured->per_second, absl::ToDoubleMilliseconds(measured->p50),
              absl::ToDoubleMilliseconds(measured->p99));
  return 0;
}

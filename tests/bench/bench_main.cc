// Measures something of ours and the limit beside it, in turn, and prints one
// line of JSON: {"ours": {...}, "limit": {...}}.
//
//   courant_bench one ADDRESS FOLDER SECONDS
//       one caller that publishes, append + fdatasync
//   courant_bench many ADDRESS FOLDER SECONDS CALLERS
//       so many callers that publish, as many threads on RocksDB alone

#include <cstdio>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "storage/base/status_macros.h"
#include "tests/bench/commit_limits.h"
#include "tests/bench/load.h"
#include "tests/bench/publish_load.h"

namespace courant {
namespace {

using Pair = std::pair<Measured, Measured>;

// Short slices follow the disk, whose speed changes from second to second; 64
// callers need some time to come together.
constexpr absl::Duration kOneSlice = absl::Milliseconds(100);
constexpr absl::Duration kManySlice = absl::Milliseconds(500);

absl::StatusOr<Pair> MeasureOne(const std::string& address,
                                const std::string& folder,
                                absl::Duration duration) {
  COURANT_ASSIGN_OR_RETURN(const auto limit, AppendAndSync(folder));
  return Alternate(*Publish(address, 1), *limit, kOneSlice, duration);
}

absl::StatusOr<Pair> MeasureMany(const std::string& address,
                                 const std::string& folder,
                                 absl::Duration duration, int callers) {
  COURANT_ASSIGN_OR_RETURN(const auto limit, RocksDbAlone(folder, callers));
  return Alternate(*Publish(address, callers), *limit, kManySlice, duration);
}

absl::StatusOr<Pair> Measure(const std::vector<std::string>& words) {
  double seconds = 0;
  int callers = 1;
  const bool numbers =
      words.size() > 3 && absl::SimpleAtod(words[3], &seconds) &&
      (words.size() == 4 || absl::SimpleAtoi(words[4], &callers));
  if (numbers && words[0] == "one") {
    return MeasureOne(words[1], words[2], absl::Seconds(seconds));
  }
  if (numbers && words[0] == "many") {
    return MeasureMany(words[1], words[2], absl::Seconds(seconds), callers);
  }
  return absl::InvalidArgumentError("see the top of bench_main.cc");
}

std::string ToJson(const Measured& measured) {
  return absl::StrFormat(
      R"({"per_second": %.1f, "p50_ms": %.4f, "p99_ms": %.4f})",
      measured.per_second, absl::ToDoubleMilliseconds(measured.p50),
      absl::ToDoubleMilliseconds(measured.p99));
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
  std::printf("{\"ours\": %s, \"limit\": %s}\n",
              courant::ToJson(measured->first).c_str(),
              courant::ToJson(measured->second).c_str());
  return 0;
}

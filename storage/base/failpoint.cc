#include "storage/base/failpoint.h"

#ifdef COURANT_FAILPOINTS
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"

namespace courant {
namespace {

struct Failpoint {
  uint64_t period = 0;
  std::atomic<uint64_t> reached{0};
};

using Failpoints = std::map<std::string, Failpoint, std::less<>>;

Failpoints* ReadEnvironment() {
  auto* failpoints = new Failpoints();
  const char* const text = std::getenv("COURANT_FAILPOINTS");
  if (text == nullptr) return failpoints;
  for (const absl::string_view word :
       absl::StrSplit(text, ',', absl::SkipEmpty())) {
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(word, absl::MaxSplits('=', 1));
    uint64_t period = 0;
    if (!absl::SimpleAtoi(parts.second, &period) || period == 0) {
      std::fprintf(stderr, "COURANT_FAILPOINTS: \"%.*s\" is not name=period\n",
                   static_cast<int>(word.size()), word.data());
      std::_Exit(2);
    }
    (*failpoints)[std::string(parts.first)].period = period;
  }
  return failpoints;
}

}  // namespace

bool FailpointFires(absl::string_view name) {
  // Never freed: threads may pass here until the very end.
  static Failpoints& failpoints = *ReadEnvironment();
  const auto found = failpoints.find(name);
  return found != failpoints.end() &&
         ++found->second.reached % found->second.period == 0;
}

}  // namespace courant
#endif

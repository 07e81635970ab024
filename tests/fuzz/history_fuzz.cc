#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "tests/history/checks.h"
#include "tests/history/history_reader.h"

// Any file is a history that can be checked, or is refused by its line.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::istringstream in(std::string(reinterpret_cast<const char*>(data), size));
  const auto history = courant::history::ReadHistory(in);
  if (!history.ok()) {
    const absl::string_view why = history.status().message();
    if (!absl::StartsWith(why, "line ") && why != "the history is empty") {
      std::abort();
    }
    return 0;
  }
  const auto findings = courant::history::CheckHistory(*history);
  // What is found has a line of the file.
  for (const auto& finding : findings.kept()) {
    for (const uint64_t line : finding.lines) {
      if (line == 0 || line > history->lines) std::abort();
    }
  }
  return 0;
}

// courant_history_check FILE...: says what is wrong with recorded histories.
// `-` reads standard input. Exit code 0: nothing; 1: something; 2: a file is no
// history.

#include <fstream>
#include <iostream>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/history/checks.h"
#include "tests/history/history_reader.h"

namespace courant::history {
namespace {

constexpr int kClean = 0;
constexpr int kFound = 1;
constexpr int kNoHistory = 2;

int CheckFile(const std::string& name) {
  std::ifstream file;
  if (name != "-") file.open(name, std::ios::binary);
  if (name != "-" && !file.is_open()) {
    std::cerr << name << ": cannot be opened\n";
    return kNoHistory;
  }
  const absl::StatusOr<History> history =
      ReadHistory(name == "-" ? std::cin : file);
  if (!history.ok()) {
    std::cerr << name << ": " << history.status().message() << "\n";
    return kNoHistory;
  }
  const Findings findings = CheckHistory(*history);
  size_t changes = 0;
  for (const Stream& stream : history->streams) {
    for (const Message& message : stream.messages) {
      changes += message.changes.size();
    }
  }
  std::cout << findings.ToText() << name << ": "
            << (findings.empty() ? "nothing found" : "FOUND something")
            << " in " << history->lines << " lines, " << history->calls.size()
            << " calls, " << history->streams.size() << " streams, " << changes
            << " changes delivered\n";
  return findings.empty() ? kClean : kFound;
}

}  // namespace
}  // namespace courant::history

int main(int argc, char** argv) {
  if (argc < 2 || absl::string_view(argv[1]) == "--help") {
    std::cerr << "usage: courant_history_check FILE...\n"
                 "Checks recorded histories; `-` is standard input. The format "
                 "is in tests/history/README.md.\n";
    return courant::history::kNoHistory;
  }
  int worst = 0;
  for (int i = 1; i < argc; ++i) {
    worst = std::max(worst, courant::history::CheckFile(argv[i]));
  }
  return worst;
}

#ifndef COURANT_TESTS_BENCH_COMMANDS_H_
#define COURANT_TESTS_BENCH_COMMANDS_H_

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace courant::bench {

// The words of a command line, "name=value".
class Words {
 public:
  //   INVALID_ARGUMENT  something else
  static absl::StatusOr<Words> Parse(int count, char** words);

  std::string Text(const std::string& name,
                   absl::string_view otherwise = "") const;
  // 0 when it is not there or not a number.
  double Number(const std::string& name) const;
  int Integer(const std::string& name, int otherwise = 0) const;

 private:
  std::map<std::string, std::string> values_;
};

// Does what `command` says; see bench_main.cc. Returns what to print.
absl::StatusOr<std::string> RunCommand(absl::string_view command,
                                       const Words& words);

}  // namespace courant::bench

#endif  // COURANT_TESTS_BENCH_COMMANDS_H_

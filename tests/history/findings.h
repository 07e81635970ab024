#ifndef COURANT_TESTS_HISTORY_FINDINGS_H_
#define COURANT_TESTS_HISTORY_FINDINGS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace courant::history {

// Something that a server must not do.
struct Finding {
  std::string check;            // "C6"
  std::vector<uint64_t> lines;  // the fewest that show it, the worse one first
  std::string what;             // what was seen, and what was expected
};

// What is wrong with a history. Keeps the first few of each check, since one
// mistake is often seen by everybody, and counts the rest.
class Findings {
 public:
  static constexpr uint64_t kKept = 20;

  void Add(absl::string_view check, std::vector<uint64_t> lines,
           std::string what);
  // Says that a check could not be made, and why; once for each text.
  void CannotTell(absl::string_view check, std::string why);

  const std::vector<Finding>& kept() const { return kept_; }
  // By check; only those that found something.
  const std::map<std::string, uint64_t>& counts() const { return counts_; }
  const std::map<std::string, std::string>& untold() const { return untold_; }
  bool empty() const { return kept_.empty(); }

  // For people: a line for each finding, in the order of checks and lines, then
  // how many there were, and what could not be told.
  std::string ToText() const;

 private:
  std::vector<Finding> kept_;
  std::map<std::string, uint64_t> counts_;
  std::map<std::string, std::string> untold_;  // why, to the check
};

}  // namespace courant::history

#endif  // COURANT_TESTS_HISTORY_FINDINGS_H_

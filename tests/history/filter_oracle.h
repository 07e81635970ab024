#ifndef COURANT_TESTS_HISTORY_FILTER_ORACLE_H_
#define COURANT_TESTS_HISTORY_FILTER_ORACLE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "tests/history/history.h"

namespace courant::history {

// What a filter means, the slow and obvious way, by services/filter/README.md
// and without any code of it: what is wrong there shall not be wrong here too.
// Takes every filter that a server takes, and some that it refuses.
class FilterOracle {
 public:
  // INVALID_ARGUMENT  it is no filter, is nested too deeply, or compares what
  //                   is not known here, such as times
  static absl::StatusOr<FilterOracle> Parse(absl::string_view text);

  bool Matches(const Attributes& attributes) const;

 private:
  enum class Kind { kTest, kNot, kAll, kAny };
  struct Node {
    Kind kind = Kind::kAll;
    std::string field;
    std::string sign;
    std::string value;
    std::vector<Node> parts;
  };
  class Parser;

  static bool Holds(const Node& node, const Attributes& attributes);
  static bool TestHolds(const Node& node, const Attributes& attributes);

  Node root_;
};

}  // namespace courant::history

#endif  // COURANT_TESTS_HISTORY_FILTER_ORACLE_H_

#ifndef COURANT_TESTS_HISTORY_EXPECTATION_H_
#define COURANT_TESTS_HISTORY_EXPECTATION_H_

#include <cstdint>
#include <unordered_map>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "tests/history/filter_oracle.h"
#include "tests/history/log_table.h"

namespace courant::history {

// What a change should mean under one filter, to a caller of the house.
// Not thread-safe.
class Expectation {
 public:
  // `log` must outlive it. Errors as FilterOracle::Parse.
  static absl::StatusOr<Expectation> For(absl::string_view filter,
                                         const LogTable& log);

  // "ENTERED", "CHANGED", "LEFT"; "" for what it should not be told of; "?"
  // when nobody saw enough of the article to say.
  absl::string_view Of(const LogEntry& entry);

 private:
  enum class Match : uint8_t { kNo, kYes, kUnknown };

  Expectation(FilterOracle oracle, const LogTable& log)
      : oracle_(std::move(oracle)), log_(&log) {}

  // Whether the filter takes these attributes; asked once for each.
  Match Matches(uint32_t attributes);

  FilterOracle oracle_;
  const LogTable* log_;
  std::unordered_map<uint32_t, bool> matches_;
};

}  // namespace courant::history

#endif  // COURANT_TESTS_HISTORY_EXPECTATION_H_

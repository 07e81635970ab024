#include "tests/history/expectation.h"

#include <utility>

#include "storage/base/status_macros.h"

namespace courant::history {

absl::StatusOr<Expectation> Expectation::For(absl::string_view filter,
                                             const LogTable& log) {
  COURANT_ASSIGN_OR_RETURN(FilterOracle oracle, FilterOracle::Parse(filter));
  return Expectation(std::move(oracle), log);
}

Expectation::Match Expectation::Matches(uint32_t attributes) {
  if (attributes == 0) return Match::kUnknown;
  const auto [it, is_new] = matches_.try_emplace(attributes, false);
  if (is_new) it->second = oracle_.Matches(log_->AttributesAt(attributes));
  return it->second ? Match::kYes : Match::kNo;
}

absl::string_view Expectation::Of(const LogEntry& entry) {
  const Match after = Matches(entry.attributes);
  Match before = Match::kNo;
  if (entry.before_unknown) {
    before = Match::kUnknown;
  } else if (entry.before != 0) {
    before = Matches(log_->Find(entry.before)->attributes);
  }
  if (before == Match::kUnknown || after == Match::kUnknown) return "?";
  if (after == Match::kYes)
    return before == Match::kYes ? "CHANGED" : "ENTERED";
  return before == Match::kYes ? "LEFT" : "";
}

}  // namespace courant::history

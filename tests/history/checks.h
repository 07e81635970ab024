#ifndef COURANT_TESTS_HISTORY_CHECKS_H_
#define COURANT_TESTS_HISTORY_CHECKS_H_

#include "absl/strings/string_view.h"
#include "tests/history/findings.h"
#include "tests/history/history.h"
#include "tests/history/log_table.h"

// What README.md says that no history may show. Each check adds to `findings`
// what it finds. All take time in proportion to the history, but for a factor
// of its logarithm.
namespace courant::history {

// All checks: what is wrong with `history`.
Findings CheckHistory(const History& history);

// C1, C3, C5, C13, and C9 of what writers were answered.
void CheckWrites(const History& history, const LogTable& log,
                 Findings& findings);
// C4, and C9 of what readers were given.
void CheckReads(const History& history, const LogTable& log,
                Findings& findings);
// C6, C7, C11, and C9 of what streams carried.
void CheckStreams(const History& history, const LogTable& log,
                  Findings& findings);
// C10: lists and snapshots are what the log comes to.
void CheckState(const History& history, const LogTable& log,
                Findings& findings);
// C12: everybody comes to the end.
void CheckProgress(const History& history, Findings& findings);

// Whether an error, "CODE" or "CODE/REASON", says that nothing was done. After
// any other, nobody knows.
bool IsDefinite(absl::string_view code);

}  // namespace courant::history

#endif  // COURANT_TESTS_HISTORY_CHECKS_H_

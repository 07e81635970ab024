#ifndef COURANT_SERVICES_RETENTION_TRIM_DECISION_H_
#define COURANT_SERVICES_RETENTION_TRIM_DECISION_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/retention/need.h"
#include "storage/committer.h"
#include "storage/view.h"

namespace courant {

// A revision that may be dispensable.
struct OldText {
  // {article}, or "{article}/{translation}".
  std::string id;
  int64_t revision = 0;
  // What is not in the log: see TextFacts.
  bool has_notice = false;
  bool is_parked = false;
};

// What is to be let go in one change.
struct TrimOrder {
  std::vector<OldText> texts;
  // All changes from here on keep their texts.
  Sequence until;
  // What was replaced since is kept.
  absl::Time kept_since;
  // Up to here it was looked at what the changes replaced.
  Sequence considered;
};

// Lets go what of `order` is not needed at the tail: one change, or none when
// all of it is needed or gone. The floor never falls. Reads what was made from
// the articles in it; changes nothing by itself.
//   DATA_LOSS, UNAVAILABLE  as storage::View
absl::StatusOr<storage::Decision> DecideTrim(
    const storage::DecisionContext& context, const TrimOrder& order);

}  // namespace courant

#endif  // COURANT_SERVICES_RETENTION_TRIM_DECISION_H_

#ifndef COURANT_SERVICES_RETENTION_REPLACED_TEXTS_H_
#define COURANT_SERVICES_RETENTION_REPLACED_TEXTS_H_

#include <vector>

#include "absl/status/statusor.h"
#include "services/retention/trim_decision.h"
#include "storage/applier.h"
#include "storage/ledger_store.h"
#include "storage/view.h"

namespace courant {

// Texts that the change `entry` may have made dispensable: the revision before
// it, and what was needed for that one alone, such as what callers outside saw
// until now, the content of a translation, or the revision of a source that it
// was bound to. Whether they are needed for anything else is decided by
// DecideTrim. So each change of the log is looked at once, and what was needed
// for a while goes when it no longer is. Empty for what is no text. Without
// what is not in the log.
//   DATA_LOSS, UNAVAILABLE  as storage::View
absl::StatusOr<std::vector<OldText>> TextsReplacedBy(
    const storage::View& view, const storage::Entry& entry);

// Whether partners have, or may get, a notice about the change that made the
// revision. `noticed_through`: up to there the ledger has looked at changes.
//   DATA_LOSS, UNAVAILABLE  as the ledger
absl::StatusOr<bool> HasNotice(const storage::LedgerStore& ledger,
                               Sequence noticed_through,
                               const storage::v1::ChangeFacts& facts);

}  // namespace courant

#endif  // COURANT_SERVICES_RETENTION_REPLACED_TEXTS_H_

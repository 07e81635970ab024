#ifndef COURANT_SERVICES_TRANSLATION_EMBARGO_RULES_H_
#define COURANT_SERVICES_TRANSLATION_EMBARGO_RULES_H_

#include "absl/status/status.h"
#include "courant/v1/article.pb.h"
#include "services/translation/source_chain.h"
#include "storage/committer.h"

// How the sources of an article hold it back. Pure and thread-safe.
namespace courant {

// Checks that the sources in `chain` let `draft`, a change of an article that
// was made from them, go out as it would, and puts it under their embargo when
// no time was named. `before` is the state before; unspecified for a first
// revision. Errors as AddConsequences.
absl::Status HoldBack(const SourceChain& chain, v1::Article::State before,
                      absl::Time now, storage::ChangeDraft* draft);

// True when `article`, which waits for its time or is under embargo, would be
// public before `until`.
bool IsTooEarly(const v1::Article& article, absl::Time until);

// The embargo that ends at `until`, which is in whole microseconds.
void SetEmbargo(absl::Time until, v1::Article* article);

}  // namespace courant

#endif  // COURANT_SERVICES_TRANSLATION_EMBARGO_RULES_H_

#ifndef COURANT_SERVICES_TRANSLATION_REBASE_H_
#define COURANT_SERVICES_TRANSLATION_REBASE_H_

#include "courant/v1/translation.pb.h"
#include "services/translation/text/source_diff.h"

namespace courant {

// What happens to what was translated when the source segments are replaced.
enum class Keep {
  // What was edited has to be looked at again: INITIAL. Punctuation takes the
  // review away.
  kWhatIsStillTrue,
  // Somebody has looked: states stay as they are.
  kEverything,
};

// Replaces the source segments of `content` by the head of `diff`, which was
// made from them, and carries the targets over. A target goes, whole, to the
// segment that continues the first of its sources; those of segments that were
// merged are put together. A target whose sources are all gone is left out;
// nothing else that a person wrote is. Pure and thread-safe.
void Rebase(const SourceDiff& diff, Keep keep, v1::TranslationContent* content);

}  // namespace courant

#endif  // COURANT_SERVICES_TRANSLATION_REBASE_H_

#ifndef COURANT_SERVICES_TRANSLATION_CONSEQUENCES_H_
#define COURANT_SERVICES_TRANSLATION_CONSEQUENCES_H_

#include "absl/status/status.h"
#include "storage/committer.h"

namespace courant {

// What follows from a decision for translations, and for what was made by
// translating, added to the decision so that it is one commit:
//
// to an article happens       its translations              what was made of it
// other words                 stale, segment by segment     -
// hold, withdrawal, expiry    work cancelled, SOURCE_...    on hold; what is
//                                                           scheduled: a draft
// kill                        work cancelled, erased        killed, erased
// release, restoration        as its words say              an editor decides
// a later embargo             -                             not earlier
//
// down to the last version of the last version. And upwards, one step: words of
// a result that were edited by hand come into the segments of its translation,
// so that the next publication has them; the kill of a result erases the texts
// of its translation. The source of a translation is never changed.
//
// Refuses a decision that lets out what its sources do not allow:
//   FAILED_PRECONDITION / SOURCE_KILLED, SOURCE_STOPPED, SOURCE_NOT_PUBLISHED
//   FAILED_PRECONDITION / SOURCE_EMBARGOED  a time was named, and it is too
//       early. When none was, the article is put under the embargo of its
//       source.
//
// Pure, but for what it reads through the context. Costs one scan of an empty
// range for an article that nothing is tied to.
absl::Status AddConsequences(const storage::DecisionContext& context,
                             storage::Decision& decision);

}  // namespace courant

#endif  // COURANT_SERVICES_TRANSLATION_CONSEQUENCES_H_

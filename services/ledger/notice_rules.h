#ifndef COURANT_SERVICES_LEDGER_NOTICE_RULES_H_
#define COURANT_SERVICES_LEDGER_NOTICE_RULES_H_

#include "courant/v1/change.pb.h"
#include "courant/v1/ledger.pb.h"

// Which changes partners must be told, and what becomes of a notice when more
// happens. Pure and thread-safe.
namespace courant {

// Whether a change of this kind asks something of whoever has the article, so
// that there is a notice to each: CORRECTED, HELD, WITHDRAWN, KILLED.
bool AsksHolders(v1::Change::Kind kind);

// Whether it matters to notices at all: those, and what takes them back.
bool ConcernsHolders(v1::Change::Kind kind);

// Whether after a change of kind `later` nothing has to be said any more to the
// notice of an `earlier` one about the same article:
//
//   earlier \ later  CORRECTED  HELD  HOLD_RELEASED  WITHDRAWN  RESTORED KILLED
//   CORRECTED                                        yes                  yes
//   HELD                              yes            yes        yes       yes
//   WITHDRAWN                                                   yes       yes
//   KILLED
//
// A correction stays to be made whatever is corrected next, and after a hold:
// the copy is wrong as before.
bool MakesPointless(v1::Change::Kind later, v1::Change::Kind earlier);

// Whether something is still expected of the partner.
bool IsOpen(v1::Notice::State state);

// What the state becomes when a partner says `said` (ACKNOWLEDGED, APPLIED or
// REFUSED) to a notice that is in `state`. Who has done what was asked does not
// undo that by saying that it knows.
v1::Notice::State StateAfter(v1::Notice::State state, v1::Notice::State said);

}  // namespace courant

#endif  // COURANT_SERVICES_LEDGER_NOTICE_RULES_H_

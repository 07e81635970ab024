#ifndef COURANT_SERVICES_AUDIENCE_STUB_H_
#define COURANT_SERVICES_AUDIENCE_STUB_H_

#include "courant/v1/article.pb.h"

namespace courant {

// What is left of `article` when nobody may read it any more: its names, its
// place in the world (state, language, codes of sections and subjects, what it
// translates, alias ids), its times, who acted, and the status note. Not one
// word of what was written: labels, notes and corrections go with the text. A
// field that is added to Article later is left out until it is named here. Pure
// and thread-safe.
v1::Article StubOf(const v1::Article& article);

}  // namespace courant

#endif  // COURANT_SERVICES_AUDIENCE_STUB_H_

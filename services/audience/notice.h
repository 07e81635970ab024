#ifndef COURANT_SERVICES_AUDIENCE_NOTICE_H_
#define COURANT_SERVICES_AUDIENCE_NOTICE_H_

#include "courant/v1/article.pb.h"

namespace courant {

// What a partner that is cleared for pre-notices gets of `article` while its
// embargo lasts: the METADATA of partner.proto, which lists it. What it is
// about by codes, and what planning a page needs; not one word that is to be
// published: the headline is the news itself. Nor what it has to do with other
// articles, as a stub (stub.h) says: the source of a translation may be one
// that the partner must not know of. A field that is added to Article later is
// left out until it is named here. Pure and thread-safe.
v1::Article NoticeOf(const v1::Article& article);

}  // namespace courant

#endif  // COURANT_SERVICES_AUDIENCE_NOTICE_H_

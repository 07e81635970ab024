#ifndef COURANT_SERVICES_AUDIENCE_NOTICE_H_
#define COURANT_SERVICES_AUDIENCE_NOTICE_H_

#include "courant/v1/article.pb.h"

namespace courant {

// What a partner that is cleared for pre-notices gets of `article` while its
// embargo lasts: the METADATA of partner.proto. Its stub (stub.h), which says
// what it is about by codes; besides, what planning a page needs: the slugline,
// the urgency, and when the embargo ends. Not one word that is to be published:
// the headline is the news itself. A field that is added to Article later is
// left out until it is named here. Pure and thread-safe.
v1::Article NoticeOf(const v1::Article& article);

}  // namespace courant

#endif  // COURANT_SERVICES_AUDIENCE_NOTICE_H_

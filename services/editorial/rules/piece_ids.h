#ifndef COURANT_SERVICES_EDITORIAL_RULES_PIECE_IDS_H_
#define COURANT_SERVICES_EDITORIAL_RULES_PIECE_IDS_H_

#include "courant/v1/article.pb.h"

// Ids of blocks and media: what translations, corrections and links hold on
// to through the revisions of an article. Pure and thread-safe.
namespace courant {

// Gives an id to every block of `article` that has none. `previous` is the
// revision before, null for a first one. In this order:
//
// 1. The id of the first block of `previous` with the same kind and the same
//    words (marks may differ) whose id is not in use in `article`.
// 2. "p1", "p2", ... in a first revision; "r7-p1", "r7-p2", ... in revision 7.
//    The number of the revision keeps ids of removed blocks from coming back
//    on others; in a translation the language stands between, "r7-ko-p1", since
//    the other ids are those of the source, which may get an "r7-p1" as well.
//    Ids that either revision uses are passed over.
void GiveBlockIds(const v1::Article* previous, v1::Article* article);

// The same for media, with "m" for "p". Media are the same when they have the
// same files or, without files, the same words.
void GiveMediaIds(const v1::Article* previous, v1::Article* article);

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_RULES_PIECE_IDS_H_

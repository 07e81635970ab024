#ifndef COURANT_SERVICES_EDITORIAL_RULES_CANONICAL_H_
#define COURANT_SERVICES_EDITORIAL_RULES_CANONICAL_H_

#include "courant/v1/article.pb.h"

// Turns an article as a client wrote it into the form that is stored. Words
// are never touched, only names and codes. Pure and thread-safe.
namespace courant {

// Clears the fields that only the server sets, so that what a client sent in
// them has no effect. `name` is one of them: it comes from `article_id`.
void ClearOutputOnly(v1::Article* article);

// Brings `article`, which has passed ValidateArticle, into stored form:
//
// * language tags in canonical form ("EN-us" becomes "en-US"), on every text;
// * `kind` TEXT when unset;
// * a section without a code gets one from its label;
// * a message in which nothing is set, such as an empty `dateline`, is dropped;
// * a first revision loses its `change_note`: nothing was changed;
// * blocks and media without an id get one. A piece with the words (the files,
//   for media) of a piece of `previous` that has lost its place gets the id of
//   that piece. Otherwise the id is new: "p1" or "m1" and so on in a first
//   revision, "r7-p1" in revision 7 ("r7-ko-p1" of a translation), so that no
//   id ever returns with another meaning. Ids that are given stay.
//
// `previous` is the revision before, null for a first one. Doing it twice is
// the same as doing it once.
void Canonicalize(const v1::Article* previous, v1::Article* article);

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_RULES_CANONICAL_H_

#ifndef COURANT_SERVICES_EDITORIAL_RULES_PUBLISHABLE_H_
#define COURANT_SERVICES_EDITORIAL_RULES_PUBLISHABLE_H_

#include "absl/status/status.h"
#include "courant/v1/article.pb.h"

// What an article needs before anybody outside may see it.
namespace courant {

// True when `article` was taken in from elsewhere: it has a source URL or an
// id in its source.
bool IsImported(const v1::Article& article);

// Settles where the rights of an article stand that is about to be public.
// What was taken in from elsewhere has rights UNKNOWN, and no partner may have
// it, until somebody says CLEARED or RESTRICTED. Rights are never invented:
// nothing else is changed. Call before CheckPublishable.
void SettleRights(v1::Article* article);

// Checks that `article` may be public:
//
// * a headline, except for translated captions, and a language;
// * a copyright notice, unless it was taken in with its source and its rights
//   are UNKNOWN;
// * something to read or see: a text needs a block with words in it, an embed
//   or a medium; a picture, graphic, video or sound recording a medium;
// * of a partial translation (translation_of.extent) no more than that part:
//   the headline is enough, and captions are a medium with words.
//
// Assumes that ValidateArticle has passed. Returns FAILED_PRECONDITION /
// NOT_PUBLISHABLE with a BadRequest naming everything that is missing, by its
// path in the article ("rights.copyright_notice"). Pure and thread-safe.
absl::Status CheckPublishable(const v1::Article& article);

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_RULES_PUBLISHABLE_H_

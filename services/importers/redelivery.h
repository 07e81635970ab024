#ifndef COURANT_SERVICES_IMPORTERS_REDELIVERY_H_
#define COURANT_SERVICES_IMPORTERS_REDELIVERY_H_

#include "absl/time/time.h"
#include "courant/v1/article.pb.h"
#include "courant/v1/article_service.pb.h"
#include "services/importers/imported_item.h"

namespace courant {

// What to do about an item whose article is on the server already. Pure,
// thread-safe functions.

// Which of two deliveries of one item is newer.
enum class Redelivery {
  // Nothing tells: one of them has neither a version nor a time.
  kUnknown,
  kOlder,
  kSame,
  kNewer,
};

// Compares `now`, of the item at hand, with `there`, of the article:
// 1. `source_version`, when both have one with a number in it: number by
//    number, a missing one being 0, so that "9" is older than "10" and "1.0"
//    the same as "1". Versions with equal numbers and other letters are not
//    told apart by them.
// 2. Equal versions, whatever they are: the same.
// 3. `source_version_time`, when both have one.
Redelivery CompareDeliveries(const v1::Provenance& there,
                             const v1::Provenance& now);

// The request that makes the article say what a newer delivery of it says, if
// it is still as in `there`: `etag` sees to that. Without a `request_id`.
//
// Words, text and media are the source's: what the delivery leaves out goes
// away. Sections, subjects, entities, rights, notes, relations, times and the
// canonical URL are the desk's too: they are taken over when the delivery has
// them, and else stay. So does an embargo; one that the delivery brings is
// taken over while it lies ahead of `now` and the article is not public. Kind,
// story and state are never changed. Alias ids are added to those there.
v1::UpdateArticleRequest UpdateFor(const v1::Article& there,
                                   const ImportedItem& item, absl::Time now);

}  // namespace courant

#endif  // COURANT_SERVICES_IMPORTERS_REDELIVERY_H_

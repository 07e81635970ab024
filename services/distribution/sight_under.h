#ifndef COURANT_SERVICES_DISTRIBUTION_SIGHT_UNDER_H_
#define COURANT_SERVICES_DISTRIBUTION_SIGHT_UNDER_H_

#include "courant/storage/v1/record.pb.h"
#include "services/audience/viewer.h"
#include "services/filter/filter.h"

// What a subscriber sees: an audience or a partner, with a filter. Pure and
// thread-safe; stored attributes alone are looked at.
namespace courant {

// What `viewer` sees of an article with `attributes` under `filter`: nothing
// when it does not match.
Sight SightUnder(const Viewer& viewer, const Filter& filter,
                 const storage::v1::Attributes& attributes);

// Whether `viewer` could read an earlier revision of the article in `row`
// that `filter` matched, however long ago: it may have a copy. True as well
// when the row does not remember all of them. Of a partner by its rights, if
// they show such an article at all by now: those of that time are not asked.
// Where it is not known what a revision said of its own rights, or the row does
// not remember all, only if what was stopped is a stub to it.
bool MayHaveHad(const Viewer& viewer, const Filter& filter,
                const storage::v1::ArticleRow& row);

}  // namespace courant

#endif  // COURANT_SERVICES_DISTRIBUTION_SIGHT_UNDER_H_

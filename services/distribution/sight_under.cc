#include "services/distribution/sight_under.h"

#include <algorithm>

namespace courant {

Sight SightUnder(const Viewer& viewer, const Filter& filter,
                 const storage::v1::Attributes& attributes) {
  const Sight sight = SightOf(viewer, attributes);
  if (sight == Sight::kNothing || !filter.Matches(attributes)) {
    return Sight::kNothing;
  }
  return sight;
}

bool MayHaveHad(const Viewer& viewer, const Filter& filter,
                const storage::v1::ArticleRow& row) {
  // What nobody of them could read at any time, nobody has.
  if (SightOf(viewer, row.attributes()) == Sight::kNothing) return false;
  if (row.past_is_more()) return true;
  return std::any_of(row.past().begin(), row.past().end(),
                     [&](const storage::v1::Attributes& past) {
                       return SightUnder(viewer, filter, past) == Sight::kText;
                     });
}

}  // namespace courant

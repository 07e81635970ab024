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
  const bool is_partner = viewer.audience == Audience::kPartner;
  const bool is_seen = SightOf(viewer, row.attributes()) != Sight::kNothing;
  // What nobody of them could read at any time, nobody has. An article may have
  // left what a partner may have, and its copy is there.
  if (!is_seen && !is_partner) return false;
  if (is_seen && row.past_is_more()) return true;
  return std::any_of(
      row.past().begin(), row.past().end(),
      [&](const storage::v1::Attributes& past) {
        if (!is_partner) {
          return SightUnder(viewer, filter, past) == Sight::kText;
        }
        if (SightUnder(Audience::kPublic, filter, past) != Sight::kText) {
          return false;
        }
        if (!past.has_rights_status()) return is_seen;
        storage::v1::Attributes then = past;
        then.set_list_time_us(row.attributes().list_time_us());
        return SightOf(viewer, then) == Sight::kText;
      });
}

}  // namespace courant

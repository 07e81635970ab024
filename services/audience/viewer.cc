#include "services/audience/viewer.h"

namespace courant {

Sight SightOf(const Viewer& viewer, const storage::v1::Attributes& attributes) {
  if (viewer.audience == Audience::kPartner && viewer.rights != nullptr) {
    return viewer.rights->SightAt(attributes, viewer.time);
  }
  return SightOf(viewer.audience, attributes);
}

}  // namespace courant

#include "services/audience/visibility.h"

namespace courant {

Sight SightOf(Audience audience, v1::Article::State state, bool was_public) {
  if (audience == Audience::kInternal) return Sight::kText;
  if (audience == Audience::kPartner) return Sight::kNothing;
  switch (state) {
    case v1::Article::PUBLISHED:
    case v1::Article::CORRECTED:
      return Sight::kText;
    case v1::Article::WITHHELD:
    case v1::Article::WITHDRAWN:
    case v1::Article::EXPIRED:
    case v1::Article::KILLED:
      return was_public ? Sight::kStub : Sight::kNothing;
    default:
      return Sight::kNothing;
  }
}

Sight SightOf(Audience audience, const storage::v1::Attributes& attributes) {
  return SightOf(audience, attributes.state(), attributes.was_public());
}

bool MayBeUsed(v1::Article::State state) {
  switch (state) {
    case v1::Article::WITHHELD:
    case v1::Article::WITHDRAWN:
    case v1::Article::EXPIRED:
    case v1::Article::KILLED:
      return false;
    default:
      return true;
  }
}

bool IsTold(Audience audience, v1::Change::Kind kind) {
  if (audience == Audience::kInternal) return true;
  switch (kind) {
    case v1::Change::PUBLISHED:
    case v1::Change::UPDATED:
    case v1::Change::REFILED:
    case v1::Change::CORRECTED:
    case v1::Change::PRE_NOTICED:
    case v1::Change::EMBARGO_RELEASED:
    case v1::Change::EMBARGO_CHANGED:
    case v1::Change::HELD:
    case v1::Change::HOLD_RELEASED:
    case v1::Change::WITHDRAWN:
    case v1::Change::RESTORED:
    case v1::Change::KILLED:
    case v1::Change::EXPIRED:
    case v1::Change::RIGHTS_GRANTED:
    case v1::Change::RIGHTS_REVOKED:
      return true;
    default:
      return false;
  }
}

std::optional<v1::Change::Disposition> DispositionOf(Sight before,
                                                     Sight after) {
  switch (after) {
    case Sight::kText:
      return before == Sight::kText ? v1::Change::CHANGED : v1::Change::ENTERED;
    case Sight::kNotice:
      if (before == Sight::kText) return v1::Change::LEFT;
      return before == Sight::kNotice ? v1::Change::CHANGED
                                      : v1::Change::ENTERED;
    case Sight::kStub:
      return v1::Change::LEFT;
    case Sight::kNothing:
      break;
  }
  if (before == Sight::kNothing) return std::nullopt;
  return v1::Change::LEFT;
}

}  // namespace courant

#include "services/retention/need.h"

#include <algorithm>

namespace courant {

Need NeedOf(const TextFacts& text, Sequence until) {
  const storage::v1::ArticleRow& newest = text.newest;
  if (text.resource != storage::v1::ARTICLE &&
      text.resource != storage::v1::TRANSLATION) {
    return Need::kNeverGoes;
  }
  if (!text.is_there) return Need::kGone;
  if (text.replaced_by == Sequence(0) ||
      Sequence(newest.sequence()) == text.sequence) {
    return Need::kNewest;
  }
  if (text.replaced_by >= until) return Need::kRecent;
  if (newest.internal_revisions() > 0 &&
      text.revision == newest.revision() - newest.internal_revisions()) {
    return Need::kToldOutside;
  }
  if (Sequence(newest.content_sequence()) == text.sequence) {
    return Need::kContent;
  }
  if (std::find(text.bound.begin(), text.bound.end(), text.revision) !=
      text.bound.end()) {
    return Need::kBound;
  }
  if (text.has_notice) return Need::kNotice;
  return text.is_parked ? Need::kParked : Need::kNone;
}

}  // namespace courant

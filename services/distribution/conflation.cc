#include "services/distribution/conflation.h"

#include <utility>

#include "services/distribution/sight_under.h"

namespace courant {

int NoticeRank(v1::Change::Kind kind) {
  switch (kind) {
    case v1::Change::CORRECTED:
      return 1;
    case v1::Change::HELD:
      return 2;
    case v1::Change::RIGHTS_REVOKED:
      return 3;
    case v1::Change::EXPIRED:
      return 4;
    case v1::Change::WITHDRAWN:
      return 5;
    case v1::Change::KILLED:
      return 6;
    default:
      return 0;
  }
}

void Conflation::Add(Match match, const Viewer& viewer) {
  const SharedChangePtr change = match.change;
  const v1::Change::Disposition disposition = match.disposition;
  const storage::v1::ChangeFacts& facts = change->entry().facts;
  const Sight sight_before = Before(match, viewer);
  Kept added{.match = std::move(match), .before = sight_before};
  std::vector<size_t>& places = places_[facts.article_id()];
  const int rank = NoticeRank(change->kind());
  const bool is_article =
      facts.row().attributes().resource() == storage::v1::ARTICLE;
  while (is_article && !places.empty()) {
    Kept& before = kept_[places.back()];
    const int rank_before = NoticeRank(before.match.change->kind());
    if (rank_before != 0 && rank_before >= rank) break;
    added.before = before.before;
    added.match.conflated_count += before.match.conflated_count + 1;
    bytes_ -= before.match.change->stored_bytes();
    --left_;
    before.match.change = nullptr;
    places.pop_back();
  }
  if (disposition != v1::Change::LEFT) {
    added.match.disposition =
        DispositionOf(added.before, added.match.shown.sight)
            .value_or(v1::Change::LEFT);
  }
  bytes_ += change->stored_bytes();
  ++left_;
  places.push_back(kept_.size());
  kept_.push_back(std::move(added));
}

Sight Conflation::Before(const Match& match, const Viewer& viewer) const {
  if (viewer.audience == Audience::kPartner) return match.before;
  if (match.disposition != v1::Change::LEFT) {
    return match.disposition == v1::Change::CHANGED ? Sight::kText
                                                    : Sight::kNothing;
  }
  const storage::v1::ChangeFacts& facts = match.change->entry().facts;
  return facts.has_before() ? SightUnder(viewer, filter_, facts.before())
                            : Sight::kNothing;
}

std::vector<Match> Conflation::Take() {
  std::vector<Match> matches;
  matches.reserve(left_);
  for (Kept& kept : kept_) {
    if (kept.match.change != nullptr) matches.push_back(std::move(kept.match));
  }
  return matches;
}

}  // namespace courant

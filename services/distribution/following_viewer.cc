#include "services/distribution/following_viewer.h"

#include <algorithm>
#include <utility>

#include "services/distribution/sight_under.h"
#include "services/rpc/allowance.h"
#include "storage/base/status_macros.h"

namespace courant {

FollowingViewer::FollowingViewer(const RequestContext& context,
                                 RightsBook* rights,
                                 const storage::ChangeLog& log,
                                 DeliveryBook* deliveries)
    : then_(context.audience), now_(context.audience) {
  if (context.audience != Audience::kPartner || !context.principal) return;
  book_ = rights;
  log_ = &log;
  deliveries_ = deliveries;
  principal_ = *context.principal;
}

absl::Status FollowingViewer::MoveTo(Sequence after) {
  if (book_ == nullptr) return absl::OkStatus();
  COURANT_ASSIGN_OR_RETURN(then_.rights,
                           book_->RightsAt(principal_.partner, after));
  return absl::OkStatus();
}

absl::StatusOr<Viewer> FollowingViewer::ThenAt(Sequence at,
                                               absl::Time time) const {
  if (book_ == nullptr) return then_;
  COURANT_ASSIGN_OR_RETURN(std::shared_ptr<const Rights> rights,
                           book_->RightsAt(principal_.partner, at));
  return Viewer(std::move(rights), time);
}

absl::Status FollowingViewer::LookAtNow() {
  if (book_ == nullptr) return absl::OkStatus();
  COURANT_ASSIGN_OR_RETURN(now_, book_->ViewerNow(principal_.partner));
  return principal_.IsLive(now_.time) ? absl::OkStatus() : CredentialsRefused();
}

absl::StatusOr<std::optional<Match>> FollowingViewer::Tell(
    const SharedChangePtr& change, const Filter& filter) {
  const storage::Entry& entry = change->entry();
  if (book_ != nullptr) {
    then_.time = change->commit_time();
    if (then_.rights == nullptr ||
        then_.rights->MayChangeWith(entry.facts.article_id())) {
      COURANT_RETURN_IF_ERROR(MoveTo(entry.sequence()));
    }
  }
  const auto disposition = change->DispositionFor(then_, filter);
  if (!disposition) return std::nullopt;
  Match match{.change = change, .disposition = *disposition};
  if (book_ == nullptr) return match;
  const storage::v1::ChangeFacts& facts = entry.facts;
  if (facts.has_before()) {
    match.before = std::min(SightUnder(then_, filter, facts.before()),
                            SightOf(now_, facts.before()));
  }
  Sight sight = SightUnder(then_, filter, facts.row().attributes());
  // What is told as LEFT already needs no lookup.
  if (sight >= Sight::kNotice) {
    COURANT_ASSIGN_OR_RETURN(const Sight most, MostNow(*change));
    sight = std::min(sight, most);
  }
  match.disposition =
      sight < Sight::kNotice
          ? v1::Change::LEFT
          : DispositionOf(match.before, sight).value_or(v1::Change::LEFT);
  // Whatever the filter says: it is no secret what it does not match.
  match.shown = {.sight = sight,
                 .past_words = sight == Sight::kText && MayKnowThePast(facts) &&
                               SightOf(then_, facts.before()) == Sight::kText};
  return match;
}

absl::StatusOr<bool> FollowingViewer::MayGive(
    v1::Delivery::Channel channel, const std::vector<Match>& matches) {
  if (book_ == nullptr || matches.empty()) return true;
  if (deliveries_ != nullptr) {
    std::vector<Delivered> given;
    given.reserve(matches.size());
    for (const Match& match : matches) {
      const storage::Entry& entry = match.change->entry();
      given.push_back({.article_id = entry.facts.article_id(),
                       .revision = entry.facts.row().revision(),
                       .sequence = entry.sequence(),
                       .kind = match.change->kind(),
                       .sight = match.shown.sight});
    }
    COURANT_RETURN_IF_ERROR(deliveries_->Note(
        {principal_.partner, principal_.key}, channel, std::move(given)));
  }
  return MayStillHave(matches);
}

absl::Duration FollowingViewer::Pause() const {
  return principal_.allowance == nullptr ? absl::ZeroDuration()
                                         : principal_.allowance->Pause();
}

void FollowingViewer::Spend(size_t bytes) {
  if (principal_.allowance != nullptr) principal_.allowance->Spend(bytes);
}

absl::Status FollowingViewer::MayBeginAt(const LogPosition& position) const {
  const bool begins_snapshot =
      position.snapshot_key && position.snapshot_key->empty();
  if (begins_snapshot || principal_.allowance == nullptr ||
      principal_.allowance->limits().replay_days == 0) {
    return absl::OkStatus();
  }
  COURANT_ASSIGN_OR_RETURN(const std::vector<storage::SharedEntry> next,
                           log_->Read(position.sequence, {.max_changes = 1}));
  if (next.empty()) return absl::OkStatus();
  return principal_.allowance->CheckAge(
      now_.time - SharedChange(next.front()).commit_time());
}

absl::StatusOr<std::vector<v1::Notice>> FollowingViewer::TakeNotices(
    NoticeReader* reader) {
  if (deliveries_ == nullptr) return std::vector<v1::Notice>();
  COURANT_ASSIGN_OR_RETURN(
      std::vector<v1::Notice> notices,
      deliveries_->TakeNotices({principal_.partner, principal_.key}, reader));
  // Writing down that they are sent takes time, and the key may be gone.
  if (!notices.empty()) COURANT_RETURN_IF_ERROR(LookAtNow());
  return notices;
}

absl::StatusOr<bool> FollowingViewer::MayStillHave(
    const std::vector<Match>& matches) {
  COURANT_RETURN_IF_ERROR(LookAtNow());
  for (const Match& match : matches) {
    if (match.shown.sight < Sight::kNotice) continue;
    COURANT_ASSIGN_OR_RETURN(const Sight most, MostNow(*match.change));
    if (most < match.shown.sight) return false;
    if (match.shown.past_words &&
        !MayKnowThePast(match.change->entry().facts)) {
      return false;
    }
  }
  return true;
}

absl::StatusOr<Sight> FollowingViewer::MostNow(
    const SharedChange& change) const {
  const Sight sight = SightOf(now_, change.entry().facts.row().attributes());
  if (sight < Sight::kNotice) return sight;
  COURANT_ASSIGN_OR_RETURN(const auto newest, change.Newest(*log_));
  return std::min(sight, SightOf(now_, *newest));
}

}  // namespace courant

#include "services/distribution/following_viewer.h"

#include <algorithm>

#include "storage/base/status_macros.h"

namespace courant {

FollowingViewer::FollowingViewer(const RequestContext& context,
                                 RightsBook* rights)
    : then_(context.audience), now_(context.audience) {
  if (context.audience != Audience::kPartner || !context.principal) return;
  book_ = rights;
  principal_ = *context.principal;
}

absl::Status FollowingViewer::MoveTo(Sequence after) {
  if (book_ == nullptr) return absl::OkStatus();
  COURANT_ASSIGN_OR_RETURN(then_.rights,
                           book_->RightsAt(principal_.partner, after));
  return absl::OkStatus();
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
    if (book_->Concerns(entry.facts.article_id(), principal_.partner)) {
      COURANT_RETURN_IF_ERROR(MoveTo(entry.sequence()));
    }
  }
  const auto disposition = change->DispositionFor(then_, filter);
  if (!disposition) return std::nullopt;
  Match match{.change = change, .disposition = *disposition};
  if (book_ == nullptr) return match;
  const storage::v1::Attributes& attributes = entry.facts.row().attributes();
  match.sight = std::min(SightOf(then_, attributes), SightOf(now_, attributes));
  if (match.sight < Sight::kNotice) match.disposition = v1::Change::LEFT;
  return match;
}

}  // namespace courant

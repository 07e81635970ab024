#ifndef COURANT_SERVICES_DISTRIBUTION_FOLLOWING_VIEWER_H_
#define COURANT_SERVICES_DISTRIBUTION_FOLLOWING_VIEWER_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "services/audience/delivery_book.h"
#include "services/audience/viewer.h"
#include "services/distribution/match.h"
#include "services/distribution/resume_token.h"
#include "services/filter/filter.h"
#include "services/rpc/request_context.h"
#include "storage/change_log.h"

namespace courant {

// Somebody who goes along the log, and what he is told of each change.
//
// Of a partner three things are asked. What its rights were as of the change
// and at the time of its commit says whether it is told: that is the same for
// whoever passes there, live, resumed or replayed, and so no change is told
// from beyond the end of a right, and none is missing before. What its rights
// are now show of that revision, and what they show of the article as it is
// now, says how much still goes out: never more than the least of the three.
// When that is neither text nor notice, it is told as LEFT, without either.
// Else what it means follows from the same least of before and after, so that
// what a client was told has left does not change afterwards, but enters.
//
// And what it showed who it is by must still be good, or nothing more is told.
// Not thread-safe.
class FollowingViewer {
 public:
  // Everybody of an audience.
  FollowingViewer(Audience audience)  // NOLINT: they are the same
      : then_(audience), now_(audience) {}
  // Who calls: a partner, when one was shown to call and `rights` are known.
  // `log` says what articles are like now; what is given is written down in
  // `deliveries`, if there is such a book. Nothing is owned; all must outlive
  // the object.
  FollowingViewer(const RequestContext& context, RightsBook* rights,
                  const storage::ChangeLog& log,
                  DeliveryBook* deliveries = nullptr);

  Audience audience() const { return then_.audience; }
  // {partner} of a partner; empty for the house and the public.
  absl::string_view partner() const {
    return absl::StripPrefix(principal_.partner, "partners/");
  }
  // A partner, whose rights are known.
  bool HasRights() const { return book_ != nullptr; }
  // Whether as of the change that was told last he had the rights of now.
  bool HasRightsOfNow() const {
    return !HasRights() ||
           (then_.rights != nullptr && now_.rights != nullptr &&
            then_.rights->DecideBy() == now_.rights->DecideBy());
  }

  // Goes to behind the change `after`. Call before Tell(), and when `after` is
  // not the last change that was told; may block on the disk.
  //   DATA_LOSS  the rights are damaged
  absl::Status MoveTo(Sequence after);

  // Whether the next change, which is this one, may leave him other rights than
  // he has: then a RightsScan says what that means. Never for the house or the
  // public.
  bool MayChangeRights(const SharedChange& change) const {
    return book_ != nullptr && then_.rights != nullptr &&
           then_.rights->MayChangeWith(change.entry().facts.article_id());
  }

  // He, by the rights that the change `at` and those before it left him, at
  // `time`. May block on the disk.
  //   DATA_LOSS  the rights are damaged
  absl::StatusOr<Viewer> ThenAt(Sequence at, absl::Time time) const;

  // Takes note of what the rights are now. Call before changes are told: once
  // for a page or a message is enough. May block on the disk.
  //   UNAUTHENTICATED / CREDENTIALS_REFUSED  the key is not accepted any more
  absl::Status LookAtNow();

  // What the next change means under `filter`; nothing when it is none of his
  // business. Of a partner, may block on the disk.
  absl::StatusOr<std::optional<Match>> Tell(const SharedChangePtr& change,
                                            const Filter& filter);

  // Whether what the change with these facts says of the text of the revision
  // before may be told by the rights of now.
  bool MayKnowThePast(const storage::v1::ChangeFacts& facts) const {
    return facts.has_before() && SightOf(now_, facts.before()) == Sight::kText;
  }

  // Who looks, as of the change that was told last.
  const Viewer& then() const { return then_; }
  // Who looks now, as of LookAtNow().
  const Viewer& now() const { return now_; }

  // Writes down that `matches`, which were told before, are about to be given,
  // and says whether as much of them may still go out by then: no if rights
  // have ended meanwhile, or the article was stopped. Of the house and the
  // public, always. Call for all that leaves, as the last thing before. Blocks;
  // errors as LookAtNow(), Tell() and DeliveryBook::Note().
  absl::StatusOr<bool> MayGive(v1::Delivery::Channel channel,
                               const std::vector<Match>& matches);

  // How long he is to be sent nothing but notices, by what he was sent: 0 for
  // the house and the public.
  absl::Duration Pause() const;
  // Takes note of what he is sent.
  void Spend(size_t bytes);
  // Whether he may begin at `position`, by its age; a snapshot that begins may
  // be of any age. Call after LookAtNow().
  //   RESOURCE_EXHAUSTED / QUOTA_EXCEEDED  what follows is too old for him
  //   DATA_LOSS                            it cannot be read
  absl::Status MayBeginAt(const LogPosition& position) const;

  // Notices that a partner has to be told next; none to others. Errors as
  // DeliveryBook::TakeNotices().
  absl::StatusOr<std::vector<v1::Notice>> TakeNotices(NoticeReader* reader);

 private:
  // The most that a partner may still be shown of the revision that `change`
  // made.
  absl::StatusOr<Sight> MostNow(const SharedChange& change) const;
  // Whether as much of `matches` may go out by what the rights are now.
  absl::StatusOr<bool> MayStillHave(const std::vector<Match>& matches);

  RightsBook* book_ = nullptr;               // of a partner
  const storage::ChangeLog* log_ = nullptr;  // of a partner
  DeliveryBook* deliveries_ = nullptr;       // of a partner
  Principal principal_;
  Viewer then_;
  Viewer now_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_DISTRIBUTION_FOLLOWING_VIEWER_H_

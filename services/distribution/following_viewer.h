#ifndef COURANT_SERVICES_DISTRIBUTION_FOLLOWING_VIEWER_H_
#define COURANT_SERVICES_DISTRIBUTION_FOLLOWING_VIEWER_H_

#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/audience/viewer.h"
#include "services/distribution/match.h"
#include "services/filter/filter.h"
#include "services/rpc/request_context.h"

namespace courant {

// Somebody who goes along the log, and what he is told of each change.
//
// Of a partner two things are asked. What its rights were as of the change and
// at the time of its commit says what the change means to it: that is the same
// for whoever passes there, live, resumed or replayed, and so no change is told
// from beyond the end of a right, and none is missing before. What its rights
// are now says whether the text still goes out: a change of what it may not
// have any more is told as LEFT, without a text.
//
// And what it showed who it is by must still be good, or nothing more is told.
// Not thread-safe.
class FollowingViewer {
 public:
  // Everybody of an audience.
  FollowingViewer(Audience audience)  // NOLINT: they are the same
      : then_(audience), now_(audience) {}
  // Who calls: a partner, when one was shown to call and `rights` are known.
  // The rights are not owned and must outlive the object.
  FollowingViewer(const RequestContext& context, RightsBook* rights);

  Audience audience() const { return then_.audience; }

  // Goes to behind the change `after`. Call before Tell(), and when `after` is
  // not the last change that was told; may block on the disk.
  //   DATA_LOSS  the rights are damaged
  absl::Status MoveTo(Sequence after);

  // Takes note of what the rights are now. Call before changes are told: once
  // for a page or a message is enough. May block on the disk.
  //   UNAUTHENTICATED / CREDENTIALS_REFUSED  the key is not accepted any more
  absl::Status LookAtNow();

  // What the next change means under `filter`; nothing when it is none of his
  // business. May block on the disk, when it is a change of his rights.
  absl::StatusOr<std::optional<Match>> Tell(const SharedChangePtr& change,
                                            const Filter& filter);

  // Who looks, as of the change that was told last.
  const Viewer& then() const { return then_; }
  // Who looks now, as of LookAtNow().
  const Viewer& now() const { return now_; }

 private:
  RightsBook* book_ = nullptr;  // of a partner
  Principal principal_;
  Viewer then_;
  Viewer now_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_DISTRIBUTION_FOLLOWING_VIEWER_H_

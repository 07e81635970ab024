#include "services/editorial/wait_for_change.h"

#include <algorithm>

#include "services/editorial/article_errors.h"
#include "storage/base/clock.h"
#include "storage/errors/reason.h"

namespace courant {

absl::Status WaitForChange(storage::Applier& applier,
                           const RequestContext& context,
                           int64_t min_change_sequence) {
  constexpr absl::Duration kMaxWait = absl::Seconds(5);
  if (min_change_sequence < 0) {
    return InvalidField("min_change_sequence", "is negative");
  }
  const Sequence wanted(static_cast<uint64_t>(min_change_sequence));
  const absl::Duration left =
      context.audience == Audience::kPartner
          ? absl::ZeroDuration()
          : std::min(kMaxWait, context.deadline - SystemClock().Now());
  if (applier.WaitFor(wanted, left)) return absl::OkStatus();
  return NodeBehind(applier.applied().last_sequence);
}

}  // namespace courant

#ifndef COURANT_SERVICES_EDITORIAL_STOP_DECISIONS_H_
#define COURANT_SERVICES_EDITORIAL_STOP_DECISIONS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "courant/v1/article.pb.h"
#include "services/editorial/decision_parts.h"
#include "storage/committer.h"

// Holding, withdrawing and killing what is out, and back again. See
// article_decisions.h for what all decisions keep to.
namespace courant {

// Why use of an article stops, and what subscribers have to do.
struct StopOrder {
  std::string reason;
  std::string contact;
  v1::Tombstone::Action action = v1::Tombstone::ACTION_UNSPECIFIED;
  // `articles/{article}`, or empty.
  std::string replacement;
};

// Holds (`command` kHold) or withdraws (kWithdraw) an article.
//   NOT_FOUND (also of the replacement), ABORTED / ETAG_MISMATCH,
//   ILLEGAL_TRANSITION
//   INVALID_ARGUMENT / FIELD_INVALID  the replacement is not public
absl::StatusOr<storage::Decision> DecideStop(
    const storage::DecisionContext& context, const Target& target,
    Command command, const StopOrder& order, absl::string_view actor);

// Ends a hold (kRelease) or a withdrawal (kRestore). `reason` goes into the
// change note.
//   NOT_FOUND, ABORTED / ETAG_MISMATCH, ILLEGAL_TRANSITION, NOT_PUBLISHABLE
absl::StatusOr<storage::Decision> DecideResume(
    const storage::DecisionContext& context, const Target& target,
    Command command, const std::string& reason, absl::string_view actor);

// Asks for a kill, which another person can confirm for as long as `window`.
// Takes the place of an earlier request. Errors as DecideStop.
absl::StatusOr<storage::Decision> DecideRequestKill(
    const storage::DecisionContext& context, const Target& target,
    const StopOrder& order, absl::string_view actor, absl::Duration window);

// Kills what another person asked to have killed: a stub takes the place of the
// article, and the text of every earlier revision is erased in the same commit.
// A replacement that is not public any more is not named: the action is REMOVE.
//   NOT_FOUND, ABORTED / ETAG_MISMATCH, ILLEGAL_TRANSITION,
//   KILL_NOT_REQUESTED, SECOND_PERSON_REQUIRED
absl::StatusOr<storage::Decision> DecideConfirmKill(
    const storage::DecisionContext& context, const Target& target,
    absl::string_view actor);

// Kills an article at once, in whatever state it is, because it had been killed
// before a backup from before that was restored: two persons have decided then.
// Nothing to do (an empty decision) when it is killed, or not there.
// `order.replacement` must be empty.
absl::StatusOr<storage::Decision> DecideKillAgain(
    const storage::DecisionContext& context, absl::string_view article_id,
    const StopOrder& order, absl::string_view actor);

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_STOP_DECISIONS_H_

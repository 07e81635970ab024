#ifndef COURANT_SERVICES_TRANSLATION_WORK_DECISIONS_H_
#define COURANT_SERVICES_TRANSLATION_WORK_DECISIONS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "courant/v1/translation_service.pb.h"
#include "services/translation/translation_parts.h"
#include "storage/committer.h"

// Decisions about the work on a translation, each against the state at the
// tail: pure, but for what they read through the context. Errors are those of
// the RPC of the same name in translation_service.proto.
//
// The lease is what keeps two people apart. Its token is the revision of the
// translation that the claim made, so every later one is greater; it is
// compared where writes are ordered, and no clock has a say in that. A lease
// that has run out holds until somebody else claims.
namespace courant {

// A translation to be asked for; checked and in canonical form.
struct RequestCommand {
  std::string translation_id;
  v1::Translation translation;
  std::string actor;
};

// Binds a new translation to the newest revision of its source, or puts one on
// which no work is open into the queue again.
absl::StatusOr<storage::Decision> DecideRequest(
    const storage::DecisionContext& context, const RequestCommand& command);

// Who wants the work, for what, and for how long.
struct ClaimCommand {
  v1::Lease::Role role = v1::Lease::ROLE_UNSPECIFIED;
  absl::Duration lease;
  std::string actor;
  // Only what nobody holds, the caller neither: who asks for the next piece of
  // work does not want the one they have.
  bool waiting_only = false;
};

// Takes the work, or prolongs a lease that the caller has.
absl::StatusOr<storage::Decision> DecideClaim(
    const storage::DecisionContext& context, absl::string_view translation_id,
    const ClaimCommand& command);

// The first of `translation_ids` that can be claimed.
//   NOT_FOUND / RESOURCE_NOT_FOUND  none of them can.
absl::StatusOr<storage::Decision> DecideClaimFirst(
    const storage::DecisionContext& context,
    const std::vector<std::string>& translation_ids,
    const ClaimCommand& command);

// What whoever holds a lease shows with each request.
struct Holder {
  int64_t fencing_token = 0;
  std::string actor;
};

// Prolongs the lease to `lease` from now.
absl::StatusOr<storage::Decision> DecideRenew(
    const storage::DecisionContext& context, absl::string_view translation_id,
    const Holder& holder, absl::Duration lease);

// Gives the work back; the texts stay.
absl::StatusOr<storage::Decision> DecideGiveBack(
    const storage::DecisionContext& context, absl::string_view translation_id,
    const Holder& holder);

// Takes the work away from whoever has it.
absl::StatusOr<storage::Decision> DecideRevoke(
    const storage::DecisionContext& context, absl::string_view translation_id);

// The translator is done: it waits for a second person.
absl::StatusOr<storage::Decision> DecideSubmit(
    const storage::DecisionContext& context, absl::string_view translation_id,
    const Holder& holder);

// A second person agrees to every segment.
absl::StatusOr<storage::Decision> DecideApprove(
    const storage::DecisionContext& context, absl::string_view translation_id,
    const Holder& holder);

// A second person does not agree. Segments with a comment are to be translated
// again.
absl::StatusOr<storage::Decision> DecideReject(
    const storage::DecisionContext& context, absl::string_view translation_id,
    const Holder& holder,
    const google::protobuf::RepeatedPtrField<v1::ReviewComment>& comments);

// Calls the work off, also while its source is stopped.
absl::StatusOr<storage::Decision> DecideCancel(
    const storage::DecisionContext& context, absl::string_view translation_id,
    absl::string_view etag, const std::string& reason);

// The translation, when work on it may go on: nothing that it was made from is
// stopped.
//   NOT_FOUND, ABORTED / ETAG_MISMATCH, SOURCE_KILLED, SOURCE_STOPPED
absl::StatusOr<CurrentTranslation> OpenForWork(
    const storage::DecisionContext& context, absl::string_view translation_id,
    absl::string_view etag = {});

// The same for who holds the lease.
//   ABORTED / SESSION_FENCED besides
absl::StatusOr<CurrentTranslation> OpenHeld(
    const storage::DecisionContext& context, absl::string_view translation_id,
    const Holder& holder);

// Puts the task into the queue again, with the texts as they are; ends a lease.
void Requeue(v1::TranslationTask* task);

}  // namespace courant

#endif  // COURANT_SERVICES_TRANSLATION_WORK_DECISIONS_H_

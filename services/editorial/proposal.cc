#include "services/editorial/proposal.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "services/editorial/request_fingerprint.h"
#include "services/editorial/rules/identifiers.h"
#include "storage/base/status_macros.h"

namespace courant {

absl::StatusOr<storage::Proposal> Propose(
    const RequestContext& context, const std::string& request_id,
    const google::protobuf::Message& request) {
  COURANT_RETURN_IF_ERROR(ValidateActor(context.actor, "courant-actor"));
  COURANT_RETURN_IF_ERROR(ValidateRequestId(request_id, "request_id"));
  storage::Proposal proposal{.actor = context.actor};
  if (request_id.empty()) return proposal;
  // One UUID has two spellings.
  proposal.request_id = absl::AsciiStrToLower(request_id);
  proposal.fingerprint = RequestFingerprint(context.method, request);
  return proposal;
}

storage::Done AnswerWithRecord(UnaryDone done) {
  return [done = std::move(done)](
             absl::StatusOr<storage::Committed> committed) mutable {
    if (!committed.ok()) {
      return std::move(done)(std::move(committed).status());
    }
    std::move(done)(std::move(committed->article));
  };
}

}  // namespace courant

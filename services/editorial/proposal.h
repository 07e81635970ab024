#ifndef COURANT_SERVICES_EDITORIAL_PROPOSAL_H_
#define COURANT_SERVICES_EDITORIAL_PROPOSAL_H_

#include <string>

#include "absl/status/statusor.h"
#include "google/protobuf/message.h"
#include "services/rpc/handler.h"
#include "services/rpc/request_context.h"
#include "storage/committer.h"
#include "storage/entry_builder.h"

namespace courant {

// Checks who asks, and what makes two attempts the same request: what every
// write begins with. `request` is the whole request, `request_id` the one in
// it. Pure and thread-safe.
//   INVALID_ARGUMENT  names "courant-actor" or "request_id"
absl::StatusOr<storage::Proposal> Propose(
    const RequestContext& context, const std::string& request_id,
    const google::protobuf::Message& request);

// What most writes end with: `done` is told the error, or the record that was
// committed, as it is stored.
storage::Done AnswerWithRecord(UnaryDone done);

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_PROPOSAL_H_

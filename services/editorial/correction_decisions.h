#ifndef COURANT_SERVICES_EDITORIAL_CORRECTION_DECISIONS_H_
#define COURANT_SERVICES_EDITORIAL_CORRECTION_DECISIONS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "courant/v1/article_service.pb.h"
#include "services/editorial/decision_parts.h"
#include "storage/committer.h"

// Repairs of what is out. See article_decisions.h for what all decisions keep
// to.
namespace courant {

// Repairs a substantive error.
//   NOT_FOUND, ABORTED / ETAG_MISMATCH, ILLEGAL_TRANSITION,
//   CORRECTION_NOT_FOUND, and what an update may be refused for
absl::StatusOr<storage::Decision> DecideCorrect(
    const storage::DecisionContext& context, const Target& target,
    const v1::CorrectArticleRequest& request, absl::string_view actor);

// Repairs something small. AsItStands when that changes nothing. Errors as
// DecideCorrect.
absl::StatusOr<storage::Decision> DecideRefile(
    const storage::DecisionContext& context, const Target& target,
    const v1::RefileArticleRequest& request, absl::string_view actor);

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_CORRECTION_DECISIONS_H_

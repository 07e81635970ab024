#ifndef COURANT_SERVICES_PARTNERS_CURRENT_RIGHTS_H_
#define COURANT_SERVICES_PARTNERS_CURRENT_RIGHTS_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/partners/partner_decisions.h"
#include "storage/committer.h"
#include "storage/partner_store.h"

// What decisions about partners, their rights and their keys begin and end
// with. `Record` is one of the five that rights_kind.h knows. No state is kept:
// everything is read through the view of a decision.
namespace courant {

// Something of `Record` as it stands at the tail: what storage knows of it, and
// what it says.
template <typename Record>
struct CurrentRights {
  storage::v1::ArticleRow row;
  Record record;
};

// Reads what `target` names.
//   NOT_FOUND / RESOURCE_NOT_FOUND  there is none
//   ABORTED / ETAG_MISMATCH         it is not the revision that was meant
//   DATA_LOSS / DATA_CORRUPTED      what is stored of it cannot be read
template <typename Record>
absl::StatusOr<CurrentRights<Record>> ReadCurrent(
    const storage::DecisionContext& context, const RightsTarget& target);

// OK when there is something called `name`, whatever it says.
//   NOT_FOUND / RESOURCE_NOT_FOUND  there is not
absl::Status RequireRights(const storage::PartnerStore& store,
                           absl::string_view name);

// The decision that makes `record`, after what `before` is the row of: nothing
// for the first revision. `credential` is what a key that is not revoked has,
// and nothing else has; see key_hasher.h.
template <typename Record>
storage::Decision OneChange(v1::Change::Kind kind, Record record,
                            std::optional<storage::v1::ArticleRow> before,
                            std::string credential = "");

}  // namespace courant

#endif  // COURANT_SERVICES_PARTNERS_CURRENT_RIGHTS_H_

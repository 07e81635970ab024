#ifndef COURANT_SERVICES_PARTNERS_PARTNER_DECISIONS_H_
#define COURANT_SERVICES_PARTNERS_PARTNER_DECISIONS_H_

#include <string>

#include "absl/status/statusor.h"
#include "courant/v1/partner.pb.h"
#include "google/protobuf/field_mask.pb.h"
#include "storage/committer.h"

// What may become of partners, contracts, grants and products, against the
// state at the tail. `Record` is one of the four. No I/O except through the
// view of the context, no state kept. Errors are those that
// partner_service.proto lists.
namespace courant {

// Contracts of one partner, and grants in all of them: what bounds the time
// that a decision about access takes.
inline constexpr size_t kMaxContracts = 100;
inline constexpr size_t kMaxGrants = 1000;

// Makes `record`, which has its name and was settled (rights_rules.h). What it
// belongs to, and the product of a grant, must be there, with room for one
// more.
template <typename Record>
absl::StatusOr<storage::Decision> DecideCreateRights(
    const storage::DecisionContext& context, Record record);

// Takes what `mask` names from `patch`, which has a name and perhaps an etag.
// What comes of it is settled as a whole, so that two updates that are right by
// themselves cannot make something that is not.
template <typename Record>
absl::StatusOr<storage::Decision> DecideUpdateRights(
    const storage::DecisionContext& context, const Record& patch,
    const google::protobuf::FieldMask& mask);

// Which one, and in which revision the caller believes it to be.
struct RightsTarget {
  std::string name;
  // When not empty, must be current.
  std::string etag;
};

// Says that it is suspended, by `actor` since the time of the commit.
//   FAILED_PRECONDITION / ILLEGAL_TRANSITION  it is already
template <typename Record>
absl::StatusOr<storage::Decision> DecideSuspendRights(
    const storage::DecisionContext& context, const RightsTarget& target,
    const std::string& reason, const std::string& actor);

// Takes that back.
//   FAILED_PRECONDITION / ILLEGAL_TRANSITION  it is not suspended
template <typename Record>
absl::StatusOr<storage::Decision> DecideResumeRights(
    const storage::DecisionContext& context, const RightsTarget& target);

}  // namespace courant

#endif  // COURANT_SERVICES_PARTNERS_PARTNER_DECISIONS_H_

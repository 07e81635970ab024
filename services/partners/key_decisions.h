#ifndef COURANT_SERVICES_PARTNERS_KEY_DECISIONS_H_
#define COURANT_SERVICES_PARTNERS_KEY_DECISIONS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "courant/v1/partner.pb.h"
#include "services/partners/partner_decisions.h"
#include "storage/committer.h"
#include "storage/partner_store.h"

// What may become of keys, against the state at the tail: see
// partner_decisions.h.
namespace courant {

// Keys of one partner that are live at a time: one in use, and one that is to
// take its place. And those that it ever had, which bounds how long a decision
// about them takes.
inline constexpr size_t kMaxLiveKeys = 2;
inline constexpr size_t kMaxKeys = 1000;

// All keys that `partner`, `partners/{partner}`, has and had.
//   DATA_LOSS / DATA_CORRUPTED  one cannot be read
absl::StatusOr<std::vector<v1::ApiKey>> KeysOf(
    const storage::PartnerStore& store, absl::string_view partner);

// Whether `key` is accepted at `time`, if the rest is right.
bool IsLive(const v1::ApiKey& key, absl::Time time);

// Makes `key`, which has its name and was settled. `credential` is what its
// secret comes to; see key_hasher.h.
//   RESOURCE_EXHAUSTED / LIMIT_REACHED  as many are live already
absl::StatusOr<storage::Decision> DecideCreateKey(
    const storage::DecisionContext& context, v1::ApiKey key,
    const std::string& credential);

// Revokes it, and forgets its credential.
//   FAILED_PRECONDITION / ILLEGAL_TRANSITION  it is revoked already
absl::StatusOr<storage::Decision> DecideRevokeKey(
    const storage::DecisionContext& context, const RightsTarget& target);

}  // namespace courant

#endif  // COURANT_SERVICES_PARTNERS_KEY_DECISIONS_H_

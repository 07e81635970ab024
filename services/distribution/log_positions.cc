#include "services/distribution/log_positions.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/base/failpoint.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant {

std::string LogPositions::Mint(const LogPosition& position,
                               const Filter& filter) const {
  const bool ahead = COURANT_FAILPOINT("token.ahead");
  return MintResumeToken(key_, {.log_id = identity_.log_id,
                                .position = ahead ? *Tail() : position,
                                .filter_fingerprint = filter.fingerprint()});
}

absl::StatusOr<LogPosition> LogPositions::Open(absl::string_view text,
                                               const Filter& filter,
                                               absl::string_view field) const {
  COURANT_ASSIGN_OR_RETURN(
      const ResumeToken token,
      OpenResumeToken(key_, identity_.log_id, text, field));
  COURANT_RETURN_IF_ERROR(CheckTokenFilter(token, filter, field));
  const LogPosition& position = token.position;
  const std::optional<Sequence> shared =
      identity_.epochs.SharedWith(position.epoch);
  if (shared && position.sequence > *shared) return Forked(*shared, filter);
  // Where the way to its epoch left ours is not known; what both had is.
  const Sequence nothing(log_.begin().value() - 1);
  const Sequence tail = log_.tail().last_sequence;
  if (position.epoch < identity_.epoch() && position.sequence > tail) {
    return Forked(nothing, filter);
  }
  if (position.sequence > tail || position.epoch > identity_.epoch()) {
    return WithRetryDelay(
        MakeError(
            v1::NODE_BEHIND_TOKEN,
            absl::StrCat("the token is at change ", position.sequence.value(),
                         "; this server is at ", tail.value()),
            {{"tail_sequence", tail.ToString()}}),
        absl::Seconds(1));
  }
  if (position.sequence.Next() < log_.floor()) return Expired(filter);
  COURANT_ASSIGN_OR_RETURN(const LogPosition here, At(position.sequence));
  if (here.digest != position.digest) return Forked(nothing, filter);
  // Of the token all but the epoch, which may have grown.
  LogPosition resumed = here;
  resumed.snapshot_key = position.snapshot_key;
  resumed.rights_key = position.rights_key;
  if (position.sequence < tail && COURANT_FAILPOINT("token.resume_past")) {
    return At(position.sequence.Next());
  }
  if (position.sequence > Sequence(1) &&
      COURANT_FAILPOINT("token.resume_early")) {
    return At(Sequence(position.sequence.value() - 1));
  }
  return resumed;
}

absl::StatusOr<LogPosition> LogPositions::Start(v1::StartFrom from) const {
  if (!v1::StartFrom_IsValid(from)) {
    return InvalidField("start_from",
                        "is no known StartFrom; use LATEST, "
                        "EARLIEST_RETAINED or SNAPSHOT_THEN_LIVE");
  }
  if (from == v1::EARLIEST_RETAINED) {
    return At(Sequence(log_.floor().value() - 1));
  }
  COURANT_ASSIGN_OR_RETURN(LogPosition position, Tail());
  if (from == v1::SNAPSHOT_THEN_LIVE) position.snapshot_key.emplace();
  return position;
}

absl::StatusOr<LogPosition> LogPositions::After(int64_t sequence,
                                                absl::string_view field) const {
  if (sequence < 0) {
    return InvalidField(field, "is negative; 0 begins with the first change");
  }
  const Sequence after(static_cast<uint64_t>(sequence));
  if (after.Next() < log_.floor()) return Expired(Filter());
  return At(after);
}

LogPosition LogPositions::After(const storage::Entry& entry) const {
  return {.epoch = identity_.epoch(),
          .sequence = entry.sequence(),
          .digest = PrefixOf(entry.chain.bytes()),
          .snapshot_key = std::nullopt,
          .rights_key = std::nullopt};
}

absl::StatusOr<LogPosition> LogPositions::Tail() const {
  // The digest of the change, which stays, not of a control frame behind it.
  return At(log_.tail().last_sequence);
}

absl::StatusOr<LogPosition> LogPositions::At(Sequence sequence) const {
  COURANT_ASSIGN_OR_RETURN(const storage::ChainDigest digest,
                           log_.DigestAt(sequence));
  return LogPosition{.epoch = identity_.epoch(),
                     .sequence = sequence,
                     .digest = PrefixOf(digest.bytes()),
                     .snapshot_key = std::nullopt,
                     .rights_key = std::nullopt};
}

absl::Status LogPositions::Forked(Sequence branch, const Filter& filter) const {
  ErrorMetadata metadata = {{"branch_sequence", branch.ToString()}};
  if (const auto position = At(branch); position.ok()) {
    metadata.emplace_back("branch_token", Mint(*position, filter));
  }
  return MakeError(
      v1::HISTORY_FORKED,
      absl::StrCat("the token's history was rolled back to change ",
                   branch.value(),
                   "; undo what came after it and go on from branch_token"),
      metadata);
}

absl::Status LogPositions::Expired(const Filter& filter) const {
  const Sequence floor = log_.floor();
  ErrorMetadata metadata = {{"floor_sequence", floor.ToString()}};
  if (const auto earliest = Start(v1::EARLIEST_RETAINED); earliest.ok()) {
    metadata.emplace_back("earliest_token", Mint(*earliest, filter));
  }
  return MakeError(
      v1::RESUME_TOKEN_EXPIRED,
      absl::StrCat("history before change ", floor.value(),
                   " is not kept; start from SNAPSHOT_THEN_LIVE or "
                   "EARLIEST_RETAINED"),
      metadata);
}

}  // namespace courant

#ifndef COURANT_SERVICES_DISTRIBUTION_LOG_POSITIONS_H_
#define COURANT_SERVICES_DISTRIBUTION_LOG_POSITIONS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "courant/v1/change_service.pb.h"
#include "services/distribution/resume_token.h"
#include "services/filter/filter.h"
#include "services/rpc/token_mac.h"
#include "storage/change_log.h"
#include "storage/epochs.h"

namespace courant {

// What identifies the log in tokens.
struct LogIdentity {
  LogId log_id = {};
  // The epoch now, and those before it.
  storage::Epochs epochs;

  Epoch epoch() const { return epochs.newest(); }
};

// Turns tokens, start points and sequences into positions and back, and checks
// that the log still goes through them. Thread-safe. Each costs a MAC, about
// 1 us, and those that begin at a stored position one lookup.
class LogPositions {
 public:
  // `log` and `key` are not owned and must outlive this.
  LogPositions(const storage::ChangeLog& log, const LogIdentity& identity,
               const TokenKey& key)
      : log_(log), identity_(identity), key_(key) {}

  // The token for a position under a filter.
  std::string Mint(const LogPosition& position, const Filter& filter) const;

  // The position that `text` stands for.
  //   INVALID_ARGUMENT / RESUME_TOKEN_INVALID, FILTER_MISMATCH
  //   OUT_OF_RANGE / RESUME_TOKEN_EXPIRED      history was trimmed
  //   FAILED_PRECONDITION / HISTORY_FORKED     its history was rolled back
  //   UNAVAILABLE / NODE_BEHIND_TOKEN          another server is ahead
  absl::StatusOr<LogPosition> Open(absl::string_view text, const Filter& filter,
                                   absl::string_view field) const;

  // The position of a start point; what is not set means the tail.
  //   INVALID_ARGUMENT / FIELD_INVALID  a number that is no StartFrom
  absl::StatusOr<LogPosition> Start(v1::StartFrom from) const;

  // The position after the change `sequence`, given in field `field`.
  //   INVALID_ARGUMENT / FIELD_INVALID     it is negative
  //   OUT_OF_RANGE / SEQUENCE_IN_FUTURE    it has not happened
  //   OUT_OF_RANGE / RESUME_TOKEN_EXPIRED  history was trimmed
  absl::StatusOr<LogPosition> After(int64_t sequence,
                                    absl::string_view field) const;

  // The position after the change `sequence`, which readers of the log can
  // see. Errors as ChangeLog::DigestAt().
  absl::StatusOr<LogPosition> At(Sequence sequence) const;

  // The position after `entry`, which was read from the log.
  LogPosition After(const storage::Entry& entry) const;

  // The position at the tail: what is committed after this call comes after it.
  //   DATA_LOSS  the newest change cannot be read.
  absl::StatusOr<LogPosition> Tail() const;

  const LogIdentity& identity() const { return identity_; }
  const storage::ChangeLog& log() const { return log_; }

 private:
  // That a token is of another history. Adds `branch_token`: the last position
  // that both are known to have, that of the change `branch`.
  absl::Status Forked(Sequence branch, const Filter& filter) const;
  // Adds `earliest_token` to an error about trimmed history.
  absl::Status Expired(const Filter& filter) const;

  const storage::ChangeLog& log_;
  const LogIdentity identity_;
  const TokenKey& key_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_DISTRIBUTION_LOG_POSITIONS_H_

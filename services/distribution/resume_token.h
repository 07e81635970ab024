#ifndef COURANT_SERVICES_DISTRIBUTION_RESUME_TOKEN_H_
#define COURANT_SERVICES_DISTRIBUTION_RESUME_TOKEN_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/filter/filter.h"
#include "services/rpc/token_mac.h"
#include "storage/base/ids.h"

namespace courant {

// A position in the change log as a client keeps it, for ever and in 88
// characters, up to 86 more in a snapshot and as many in the middle of a change
// of rights: the token in `resume_token`, and in
// `page_token` of ListChanges. Every server that has the log can read it, also
// one that has just been made from a backup.
//
//   payload =  1 byte   version: 1, or 2 in the middle of a snapshot; 3 and 4
//   are
//                       these in the middle of a change of rights
//              1 byte   key id, 1: which secret made it
//             16 bytes  log id
//              8 bytes  epoch
//              8 bytes  sequence
//              8 bytes  first bytes of the chain digest at the sequence
//              8 bytes  fingerprint of the filter
//              1 + n    in versions 3 and 4, the length of an id of an article,
//                       and the id: rights_key
//              rest     in versions 2 and 4, the last article delivered
//
// numbers big-endian, sealed as token_mac.h says. Whether the log still goes
// through the position is for the reader of the log to say: this file only
// knows that one of our servers said so once.

// Names a log for ever: Format.log_id.
using LogId = std::array<char, 16>;

// The first bytes of a chain digest: enough to tell a history from one that
// took its place after a restore.
using DigestPrefix = std::array<char, 8>;

// The prefix of `digest`, which has at least 8 bytes.
DigestPrefix PrefixOf(absl::string_view digest);

// `bytes` as a log id. They must be 16.
LogId LogIdFrom(absl::string_view bytes);

// After which change.
struct LogPosition {
  // The epoch in which the token was given.
  Epoch epoch;
  // The last change delivered or passed over; 0 is before the first.
  Sequence sequence;
  // Of the chain digest at `sequence`; zero for sequence 0.
  DigestPrefix digest = {};
  // Set in a snapshot: the position goes for articles up to the one with this
  // id, and those after it are still to come. "" is before all.
  std::optional<std::string> snapshot_key;
  // Set when `sequence` is a change of rights, and articles that a partner may
  // not have any more by it are still to be told of: those after the one with
  // this id. "" is before all.
  std::optional<std::string> rights_key;

  bool operator==(const LogPosition&) const = default;
};

// Whether a client at `a` has been told more than one at `b`, with the same
// filter: a later change or, at the same one, more of what its rights have lost
// by it or, with as much of that, more of the snapshot. All grow along a
// stream, and the end of each is more than any part of it.
bool IsFurther(const LogPosition& a, const LogPosition& b);

// What a resume token says.
struct ResumeToken {
  LogId log_id = {};
  LogPosition position;
  // Filter::fingerprint() of the filter that it was given for: under another
  // one, changes before the position would be missing.
  uint64_t filter_fingerprint = 0;

  bool operator==(const ResumeToken&) const = default;
};

// Returns the text of `token`.
std::string MintResumeToken(const TokenKey& key, const ResumeToken& token);

// Reads `text`, a token that MintResumeToken() made with this key for the log
// `log_id`. `field` is the request field that it came in, `resume_token` or
// `page_token`.
//
// Errors, naming `field`:
//   RESUME_TOKEN_INVALID  damaged, forged, no resume token at all, or of
//                         another log; the message tells which
absl::StatusOr<ResumeToken> OpenResumeToken(const TokenKey& key,
                                            const LogId& log_id,
                                            absl::string_view text,
                                            absl::string_view field);

// OK if `token` was given for `filter`.
//
// Errors, naming `field`:
//   FILTER_MISMATCH  it was not; metadata `filter` is that of the request
absl::Status CheckTokenFilter(const ResumeToken& token, const Filter& filter,
                              absl::string_view field);

}  // namespace courant

#endif  // COURANT_SERVICES_DISTRIBUTION_RESUME_TOKEN_H_

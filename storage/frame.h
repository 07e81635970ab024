#ifndef COURANT_STORAGE_FRAME_H_
#define COURANT_STORAGE_FRAME_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "courant/storage/v1/record.pb.h"
#include "storage/base/ids.h"
#include "storage/digest.h"

namespace courant::storage {

// Readers of a lower level than a frame asks for must stop at it. Raised when a
// change gets a meaning that an older reader would get wrong.
inline constexpr uint32_t kReaderLevel = 1;

// Where a log ends.
struct Tail {
  FrameIndex index;        // newest frame; 0 when there is none
  Epoch epoch;             // epoch of the newest frame
  ChainDigest digest;      // chain digest there
  Sequence last_sequence;  // newest change; 0 when there is none
  absl::Time commit_time = absl::UnixEpoch();  // of the newest frame

  friend bool operator==(const Tail&, const Tail&) = default;
};

// One change as it is stored.
struct Entry {
  v1::ChangeFacts facts;    // decoded
  std::string facts_bytes;  // as stored and digested
  std::string article;      // encoded courant.v1.Article; empty when taken away
  ChainDigest chain;        // after this change
  // When it was committed, microseconds since 1970 UTC. 0 when read from disk:
  // only the encoded change has it there.
  int64_t commit_time_us = 0;

  Sequence sequence() const { return Sequence(facts.row().sequence()); }
};

// What is committed together: all of it or nothing. Never changes.
struct Frame {
  v1::FrameHeader header;
  std::vector<Entry> entries;  // dense, from header.first_sequence()

  FrameIndex index() const { return FrameIndex(header.index()); }
  // Where the log ends when this is the newest frame.
  Tail TailAfter() const;
};

// The value stored under a change's sequence, and back.
std::string EncodeEntry(const Entry& entry);
//   DATA_LOSS  `bytes` is not what EncodeEntry wrote.
absl::StatusOr<Entry> DecodeEntry(absl::string_view bytes);

// Makes the frame after `tail` from `entries`, whose chain digests must already
// follow tail.digest. `epoch` must not be below that of the tail.
Frame MakeFrame(const Tail& tail, Epoch epoch, absl::Time commit_time,
                std::vector<Entry> entries);

// Checks that `frame` follows `tail`: index, epoch, sequences, every digest.
//   FAILED_PRECONDITION  it needs a newer reader than this program.
//   DATA_LOSS            it does not follow; the text says what differs.
absl::Status VerifyFollows(const Tail& tail, const Frame& frame);

}  // namespace courant::storage

#endif  // COURANT_STORAGE_FRAME_H_

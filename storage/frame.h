#ifndef COURANT_STORAGE_FRAME_H_
#define COURANT_STORAGE_FRAME_H_

#include <optional>
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
// change gets a meaning that an older reader would get wrong:
//   1  the first
//   2  a change may take away the articles of earlier ones
//   3  a change may be of what partners may have
//   4  a change may let texts go that are older than history is kept
// A frame asks for the lowest level that is enough for it.
inline constexpr uint32_t kReaderLevel = 4;

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
  std::string article;      // encoded courant.v1.Article; empty when erased
  ChainDigest chain;        // after this change
  // The change that took the article away: a kill, or a trim of the history. 0
  // while it is there.
  Sequence erased_by = Sequence(0);
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
//   DATA_LOSS  `bytes` is not what EncodeEntry wrote, or has no article and
//              none was taken away.
absl::StatusOr<Entry> DecodeEntry(absl::string_view bytes);

// The article in a value that EncodeEntry wrote for the change `sequence`. Does
// not decode its facts: for reads that want nothing but the text.
//   NOT_FOUND / RESOURCE_NOT_FOUND  it was taken away; see ErasedBy().
//   DATA_LOSS                       as DecodeEntry.
absl::StatusOr<std::string> DecodeArticle(Sequence sequence,
                                          absl::string_view bytes);

// The article of `entry`, with the same errors.
absl::StatusOr<std::string> ArticleOf(const Entry& entry);

// Which change took an article away, when that is what `error` says; nothing
// for any other error, and for OK.
std::optional<Sequence> ErasedBy(const absl::Status& error);

// The error of a text that the trim `by` let go with the article of the change
// `sequence`: NOT_FOUND / REVISION_NOT_KEPT.
absl::Status NotKept(Sequence sequence, Sequence by);

// Which trim let an article go, when that is what `error` says; nothing for any
// other error, for what a kill took, and for OK.
std::optional<Sequence> LetGoBy(const absl::Status& error);

// Whether `entry` is a change that lets texts go.
bool IsTrim(const Entry& entry);

// `entry` without its article, which the change `by` takes away. Facts and
// chain stay. An entry that has lost it already stays as it is.
Entry WithoutArticle(Entry entry, Sequence by);

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

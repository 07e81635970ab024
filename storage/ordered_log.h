#ifndef COURANT_STORAGE_ORDERED_LOG_H_
#define COURANT_STORAGE_ORDERED_LOG_H_

#include <functional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/base/ids.h"
#include "storage/frame.h"
#include "storage/state_batch.h"

namespace courant::storage {

// What became of an append. The first definite answer (committed, conflict) is
// final.
enum class AppendOutcome {
  // The frame is in the log, durable, at its index, for ever.
  kCommitted,
  // Another frame is, or the tail is not the expected one. This frame is not in
  // the log and never will be at this index.
  kConflict,
  // Not known. Repeat the call with the same frame until it is.
  kUnknown,
  // The index was trimmed: the writer was away for long. Whether the frame is
  // in the log shows in the state, by the request ids of its changes.
  kTrimmed,
  // The log is sealed: no append ever succeeds again.
  kSealed,
};

struct AppendResult {
  AppendOutcome outcome = AppendOutcome::kUnknown;
  // Why, for people. OK when committed.
  absl::Status error;
};

// A log that takes a frame only at its end: the one arbiter of what happened
// and in which order. Whoever has applied everything up to the tail can decide
// on anything, and the append fails if something came in between.
//
// Every implementation passes tests/conformance/ordered_log_suite. Thread-safe.
class OrderedLog {
 public:
  virtual ~OrderedLog() = default;

  // Where the log ends. A hint: it may have grown by the time of the answer.
  virtual absl::StatusOr<Tail> CheckTail() = 0;

  // Appends `frame` if the log ends at `expected`, which `frame` must follow.
  // Repeating a call with the same index and batch id is harmless. A log that
  // shares a database with the state writes `state` in the same atomic write
  // and marks it written; another leaves it to the caller. Blocks until the
  // frame is on stable storage. Any error of the engine, also "no space", is
  // kUnknown.
  virtual AppendResult AppendAt(const Tail& expected, const Frame& frame,
                                StateBatch& state) = 0;

  // Frames from `from`, in order and without a gap, about `max_bytes` of them
  // (at least one if there is one). Empty at the tail.
  //   OUT_OF_RANGE  `from` was trimmed.
  //   DATA_LOSS     a frame is missing or damaged.
  virtual absl::StatusOr<std::vector<Frame>> Read(FrameIndex from,
                                                  size_t max_bytes) = 0;

  // Calls `wake` once, from any thread, when the log has a frame `from`;
  // at once if it has one. A wake-up and nothing more: it may come late, and
  // the caller reads to see what there is.
  virtual void Notify(FrameIndex from, std::function<void()> wake) = 0;

  // Forgets frames below `first_kept`. Never the newest one.
  virtual absl::Status Trim(FrameIndex first_kept) = 0;

  // No append succeeds after this returns OK, also after a restart.
  virtual absl::Status Seal() = 0;
};

}  // namespace courant::storage

#endif  // COURANT_STORAGE_ORDERED_LOG_H_

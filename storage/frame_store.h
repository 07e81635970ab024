#ifndef COURANT_STORAGE_FRAME_STORE_H_
#define COURANT_STORAGE_FRAME_STORE_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/database.h"
#include "storage/frame.h"
#include "storage/state_batch.h"

// Frames as they lie in the database: a header under its index, each entry
// under its sequence. The entries are the change log; they are stored once.
namespace courant::storage {

// Adds `frame` to what `state` will write.
void StageFrame(const Frame& frame, StateBatch& state);

// Where the stored frames end. Reads the newest `check_changes` changes and
// checks them as LogVerifier does.
//   DATA_LOSS  they are not, or a record is damaged.
absl::StatusOr<Tail> LoadTail(const Database& database, int check_changes);

// Frames from `from`, at least one if there is one, about `max_bytes`.
//   OUT_OF_RANGE  `from` is below the oldest stored frame.
//   DATA_LOSS     a header or entry is missing or damaged.
absl::StatusOr<std::vector<Frame>> LoadFrames(const Database& database,
                                              FrameIndex from,
                                              size_t max_bytes);

// The header stored under `index`, or nothing.
absl::StatusOr<std::optional<v1::FrameHeader>> LoadHeader(
    const Database& database, FrameIndex index);

}  // namespace courant::storage

#endif  // COURANT_STORAGE_FRAME_STORE_H_

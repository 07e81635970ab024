#ifndef COURANT_STORAGE_ERASURE_H_
#define COURANT_STORAGE_ERASURE_H_

#include <vector>

#include "absl/status/statusor.h"
#include "storage/database.h"
#include "storage/frame.h"
#include "storage/state_batch.h"

// How a change takes articles away for ever. Its frame writes the records of
// the earlier changes again, without their articles, in the same atomic write;
// facts and chain stay, so everything can still be verified. Until RocksDB has
// dropped the old records from its files as well, a marker says that this is
// owed: see DiskEraser.
namespace courant::storage {

// What takes the place of stored changes: entries without an article.
using ErasedEntries = std::vector<Entry>;

// The changes that a change with these facts takes away.
std::vector<Sequence> ErasedSequences(const v1::ChangeFacts& facts);

// Reads those of `sequences`, which the change `by` takes away, that were
// committed in frames before its own, which begins with the change
// `frame_begin`. Those of its own frame StageErasure finds there. Blocks on
// disk; changes nothing.
//   INTERNAL   one of them does not come before `by`.
//   DATA_LOSS  a change is missing or damaged.
//   others     as Database::Get.
absl::StatusOr<ErasedEntries> LoadErased(const Database& database,
                                         const std::vector<Sequence>& sequences,
                                         Sequence by, Sequence frame_begin);

// Adds to `state` that the change `by` takes `erased` away, as LoadErased
// returned them, and the marker. Takes the articles out of those of `frame`,
// the entries before it in its frame, that its `facts` name. Cannot fail. A
// change that a kill took away before stays as it is; of one that a trim let go
// this says why it is gone from now on.
void StageErasure(const v1::ChangeFacts& facts, Sequence by,
                  const ErasedEntries& erased, std::vector<Entry>& frame,
                  StateBatch& state);

}  // namespace courant::storage

#endif  // COURANT_STORAGE_ERASURE_H_

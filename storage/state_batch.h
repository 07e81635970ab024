#ifndef COURANT_STORAGE_STATE_BATCH_H_
#define COURANT_STORAGE_STATE_BATCH_H_

#include <optional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "rocksdb/write_batch.h"
#include "storage/database.h"

namespace courant::storage {

// Writes that are not in the database yet, and can already be read: a group of
// commits is decided one after the other and written at once. Nothing is
// written by the batch itself: the log or the applier does. Not thread-safe.
//
// Staging cannot fail: it is done in memory, and a group is far below the 4 GiB
// that a batch can hold.
class StateBatch {
 public:
  explicit StateBatch(const Database& database) : database_(database) {}

  // Stages a write that Find() will see: of a row that a later decision of the
  // group may look at. A second one for the same key replaces the first.
  void Put(Family family, absl::string_view key, std::string value);

  // Stages a write that nobody looks up by key before it is written. Saves a
  // copy of the value.
  void PutBlind(Family family, absl::string_view key, absl::string_view value);
  void DeleteBlind(Family family, absl::string_view key);

  // The staged value of `key`, valid until the next Put(). Null when nothing
  // was staged for it with Put(): then the database has the latest.
  const std::string* Find(Family family, absl::string_view key) const;

  // Calls `use` with every key that was staged with Put(), in no order.
  void ForEach(Family family,
               absl::FunctionRef<void(absl::string_view key)> use) const;

  // True when nothing was staged.
  bool empty() const { return batch_.Count() == 0; }

  // What to write. Atomic with whatever the log adds to it.
  rocksdb::WriteBatch& batch() { return batch_; }

  // True when the log has written batch() together with the frame.
  bool written() const { return written_; }
  void set_written() { written_ = true; }

 private:
  const Database& database_;
  rocksdb::WriteBatch batch_;
  std::array<absl::flat_hash_map<std::string, std::string>, kFamilies.size()>
      staged_;
  bool written_ = false;
};

}  // namespace courant::storage

#endif  // COURANT_STORAGE_STATE_BATCH_H_

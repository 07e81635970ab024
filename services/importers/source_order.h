#ifndef COURANT_SERVICES_IMPORTERS_SOURCE_ORDER_H_
#define COURANT_SERVICES_IMPORTERS_SOURCE_ORDER_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "services/importers/imported_item.h"
#include "services/importers/item_reader.h"

namespace courant::importers {

// Most bytes of items that wait for their sources at a time.
inline constexpr size_t kMaxWaitingBytes = 64 << 20;

// Brings the items of a file into an order in which a server can take them: a
// translation after its source, everything else as it comes. A list of a wire
// is newest first, so that translations stand before what they were made from.
//
// An item waits until its source has been taken, or until the end when the
// source is not in the file; when too much waits, the one that waits longest
// goes on. Thread-compatible.
class SourceOrder {
 public:
  // Adds the next item of the file, which begins at `start` and has `bytes`.
  void Add(ImportedItem item, ReadPosition start, size_t bytes);

  // Says that nothing more will be added: nobody waits for what is not there.
  // To be said again each time when nothing can be taken.
  void Finish();

  // The next item. Nothing when all that are left wait, or none are.
  std::optional<ImportedItem> Take();

  // Where the first item begins that was added and not taken, if there is one.
  std::optional<ReadPosition> earliest() const;

 private:
  struct Waiting {
    ImportedItem item;
    ReadPosition start;
    size_t bytes;
  };
  // Items by where they begin.
  using Held = std::map<int64_t, Waiting>;

  // Lets a held item go.
  void Release(Held::iterator entry);

  std::deque<Waiting> ready_;
  Held held_;
  size_t held_bytes_ = 0;
  bool finished_ = false;
  // Digest of a source's id, to where those begin that wait for it.
  std::multimap<uint64_t, int64_t> by_source_;
  // Digests of the ids that were taken: 8 bytes each, since there may be
  // millions. Two equal ones make an item come too early, which the server
  // notices.
  absl::flat_hash_set<uint64_t> taken_;
  // Where items begin that were not taken: offset and lines.
  std::map<int64_t, int64_t> starts_;
};

}  // namespace courant::importers

#endif  // COURANT_SERVICES_IMPORTERS_SOURCE_ORDER_H_

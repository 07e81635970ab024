#ifndef COURANT_STORAGE_BALLAST_H_
#define COURANT_STORAGE_BALLAST_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace courant::storage {

// A file of nothing in the data folder, `BALLAST`, that is given up when the
// disk is so full that the database could not be opened: RocksDB writes some
// new files then, and what was only in its log. So a server whose disk somebody
// else has filled to the last byte still starts, and can be read. Not
// thread-safe.
class Ballast {
 public:
  // In `folder`, of so many bytes; 0: there is none, and nothing is done. It is
  // made while `wanted_free` are left beside it.
  Ballast(absl::string_view folder, uint64_t bytes, uint64_t wanted_free);

  // Before the database is opened: removes the file if less is free than it
  // has. Best effort; whether there is room, who writes finds out.
  void GiveUpIfFull();

  // Afterwards, from time to time: makes it when it is not there and there is
  // room. Costs a system call when it is there. Best effort: what the file
  // system cannot set aside is not.
  void KeepIfRoom();

 private:
  const std::string path_;
  const std::string folder_;
  const uint64_t bytes_;
  const uint64_t wanted_free_;
};

}  // namespace courant::storage

#endif  // COURANT_STORAGE_BALLAST_H_

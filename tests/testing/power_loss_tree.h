#ifndef COURANT_TESTS_TESTING_POWER_LOSS_TREE_H_
#define COURANT_TESTS_TESTING_POWER_LOSS_TREE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "tests/testing/power_loss_disk.h"

namespace courant {

// Between a PowerLossDisk and a real directory of the same shape.

// Whether the model holds a file of this name (without its folder). Not LOCK,
// which says nothing and may be held, and not the information log, which
// does not go through the file system that is watched.
bool IsModelled(absl::string_view file_name);

// Adds everything below `root` to `disk`, which is empty, as durable.
//   INTERNAL  something cannot be read; the message says what.
absl::Status LoadTree(const std::string& root, PowerLossDisk& disk);

// Makes what is below `root` equal to `disk`, but for names that are not
// modelled, which stay where their directory does. What changes becomes a
// new file, so that one that is still open keeps its old bytes.
//   INTERNAL  something cannot be written; the message says what.
absl::Status StoreTree(const PowerLossDisk& disk, const std::string& root);

}  // namespace courant

#endif  // COURANT_TESTS_TESTING_POWER_LOSS_TREE_H_

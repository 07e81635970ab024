#ifndef COURANT_STORAGE_FORMAT_UPGRADE_H_
#define COURANT_STORAGE_FORMAT_UPGRADE_H_

#include "absl/status/status.h"
#include "storage/database.h"

namespace courant::storage {

// Brings the rows of a data folder of version 1 to what version 2 expects of
// them. What earlier revisions of an article could have matched was not kept,
// so its row says that it may have been anything: a notice then reaches some
// who never had it, and all who had. Durable piece by piece, and harmless when
// it is done again: the version is to be raised after it.
//   DATA_LOSS  a row or a change cannot be decoded
absl::Status UpgradeRowsFromVersion1(Database& database);

}  // namespace courant::storage

#endif  // COURANT_STORAGE_FORMAT_UPGRADE_H_

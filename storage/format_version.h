#ifndef COURANT_STORAGE_FORMAT_VERSION_H_
#define COURANT_STORAGE_FORMAT_VERSION_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "courant/storage/v1/record.pb.h"
#include "storage/database.h"

namespace courant::storage {

// Layout of keys and records. Raised when an older program would misread them:
//   1  the first
//   2  subscriptions; a folder of version 1 has none, and becomes one of
//      version 2 when it is opened
//   3  what partners may have, in the log and among the articles; a folder of
//      version 2 has none of it, and becomes one of version 3 when it is opened
//   4  the ledger; a folder of version 3 has none, and becomes one of version 4
//      when it is opened
//   5  what was let go of history, in the log; a folder of version 4 has none,
//      and becomes one of version 5 when it is opened
// tests/golden/data has a folder of each.
inline constexpr int32_t kFormatVersion = 5;

// Whether this program reads data of the version of `format`. `where` names it
// for people.
//   FAILED_PRECONDITION  it is newer; the text says which there is, and which
//                        this program reads
absl::Status CheckVersion(const v1::Format& format, const std::string& where);

// The same of the database in `db_dir`, before it is opened, so that nothing is
// written to one that is newer. OK where there is none, or it cannot be read:
// what to do about that is decided when it is opened.
absl::Status RefuseNewerVersion(const std::string& db_dir,
                                const DatabaseOptions& options,
                                const std::string& where);

}  // namespace courant::storage

#endif  // COURANT_STORAGE_FORMAT_VERSION_H_

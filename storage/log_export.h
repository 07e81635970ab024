#ifndef COURANT_STORAGE_LOG_EXPORT_H_
#define COURANT_STORAGE_LOG_EXPORT_H_

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "storage/database.h"
#include "storage/frame.h"
#include "storage/keys.h"

// What has to be known of a data folder to make it again: its frames, from
// which the state follows, and the rows that do not follow from them. The other
// way is LogImport. Functions block on disk; nothing may be written meanwhile.
namespace courant::storage {

// A row beside the log.
struct LooseRow {
  Family family = Family::kMeta;
  std::string key;
  std::string value;
};

// The family of that name, if rows of it are exported; kMeta for any other
// name.
Family LooseFamily(absl::string_view name);

// Hands out every frame up to `tail`, from the first one on, in order, until
// `use` fails.
//   FAILED_PRECONDITION  the first frames are not kept any more
//   DATA_LOSS            a frame is missing or damaged
//   others               of `use`
absl::Status ForEachFrame(const Database& database, const Tail& tail,
                          absl::FunctionRef<absl::Status(Frame)> use);

// Hands out every row that does not follow from the frames, by family, then
// key, until `use` fails: subscriptions and the ledger; answers to requests
// that changed nothing; rows of articles in which an upgrade of the folder
// wrote something. Reads each article's newest change.
//   DATA_LOSS  a row is damaged
//   others     of `use`
absl::Status ForEachLooseRow(const Database& database,
                             absl::FunctionRef<absl::Status(LooseRow)> use);

}  // namespace courant::storage

#endif  // COURANT_STORAGE_LOG_EXPORT_H_

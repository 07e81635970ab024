#ifndef COURANT_STORAGE_DUE_INDEX_H_
#define COURANT_STORAGE_DUE_INDEX_H_

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "storage/database.h"

// The articles on which the server itself has to act at some time, by time and
// then by id. Which times these are is not for storage to know: it keeps what
// Attributes.due_time_us says. Thread-safe; blocks on the disk.
namespace courant::storage {

// One article, and the time that it waits for.
struct DueArticle {
  absl::Time due;
  std::string article_id;
};

// The articles that are due at `now`, which is included; the first `limit` of
// them.
//   DATA_LOSS, UNAVAILABLE  as Database::Get
absl::StatusOr<std::vector<DueArticle>> ReadDue(const Database& database,
                                                absl::Time now, size_t limit);

// When the next article is due, also if that has passed; nothing when none
// waits. Errors as ReadDue.
absl::StatusOr<std::optional<absl::Time>> NextDue(const Database& database);

}  // namespace courant::storage

#endif  // COURANT_STORAGE_DUE_INDEX_H_

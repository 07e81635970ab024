#ifndef COURANT_STORAGE_HALF_RESTORED_H_
#define COURANT_STORAGE_HALF_RESTORED_H_

#include <string>

#include "absl/status/status.h"
#include "rocksdb/file_system.h"

// A file, `RESTORING`, that stands in a data folder from before the first byte
// of a backup is copied there until everything that a restore owes is done:
// what was killed after the backup is killed again, a new epoch has begun. A
// folder with it is never served. Thread-safe; errors of writing as
// WatermarkFile::Write.
namespace courant::storage {

// Makes the folder `data_dir`, if it is not there, and puts the file in it.
// Returns when it is on stable storage.
//   FAILED_PRECONDITION  there is something in the folder; nothing was changed
absl::Status BeginRestore(
    const std::string& data_dir,
    rocksdb::FileSystem& file_system = *rocksdb::FileSystem::Default());

// Takes the file away: the folder is one like any other.
absl::Status EndRestore(
    const std::string& data_dir,
    rocksdb::FileSystem& file_system = *rocksdb::FileSystem::Default());

// Whether the folder is none into which a restore was cut short.
//   FAILED_PRECONDITION  it is; the text says what to do
absl::Status CheckWholeRestore(
    const std::string& data_dir,
    rocksdb::FileSystem& file_system = *rocksdb::FileSystem::Default());

}  // namespace courant::storage

#endif  // COURANT_STORAGE_HALF_RESTORED_H_

#ifndef COURANT_STORAGE_SPACE_GUARD_H_
#define COURANT_STORAGE_SPACE_GUARD_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "rocksdb/file_system.h"

namespace courant::storage {

// RESOURCE_EXHAUSTED / STORAGE_FULL with RetryInfo: nothing was written.
absl::Status StorageFull(absl::string_view why);

// Whether `error` says so.
bool IsStorageFull(const absl::Status& error);

// Stops writes before the disk is full, so that what was acknowledged can
// always be merged, flushed and marked, and lets them go on by itself when
// there is room again. Thread-safe; a look costs a system call, a microsecond.
class SpaceGuard {
 public:
  // Keeps `reserved` bytes free on the disk of `path`; 0 keeps none, and looks
  // at nothing.
  SpaceGuard(std::shared_ptr<rocksdb::FileSystem> file_system, std::string path,
             uint64_t reserved)
      : file_system_(std::move(file_system)),
        path_(std::move(path)),
        reserved_(reserved) {}

  // Looks at the disk.
  //   RESOURCE_EXHAUSTED / STORAGE_FULL  less than `reserved` is free; or less
  //                                      than an eighth more, after it was so
  absl::Status Check() const;

  // Keeps so many bytes from the next look on.
  void Reserve(uint64_t reserved) { reserved_.store(reserved); }
  uint64_t reserved() const { return reserved_.load(); }

 private:
  const std::shared_ptr<rocksdb::FileSystem> file_system_;
  const std::string path_;
  std::atomic<uint64_t> reserved_;
  // What the last look has found.
  mutable std::atomic<bool> full_{false};
};

}  // namespace courant::storage

#endif  // COURANT_STORAGE_SPACE_GUARD_H_

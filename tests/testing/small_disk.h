#ifndef COURANT_TESTS_TESTING_SMALL_DISK_H_
#define COURANT_TESTS_TESTING_SMALL_DISK_H_

#include <atomic>
#include <cstdint>
#include <memory>

#include "rocksdb/env.h"

namespace courant {

// What a SmallDiskEnv has left. Thread-safe.
class SmallDisk {
 public:
  // From now on so many bytes can be added to files.
  void SetFree(uint64_t bytes) { free_.store(bytes); }
  uint64_t free_bytes() const { return free_.load(); }
  // Takes up to `wanted`; how many there were.
  uint64_t Take(uint64_t wanted);
  // How often there was less than what was wanted.
  int refusals() const { return refusals_.load(); }

 private:
  std::atomic<uint64_t> free_{UINT64_MAX};
  std::atomic<int> refusals_{0};
};

// The real file system on a disk that a test fills and empties: a write that
// makes a file longer than there is room writes what has room and fails with
// NoSpace, as a disk does. What is deleted gives nothing back. Neither argument
// is owned; both must outlive the result.
std::unique_ptr<rocksdb::Env> NewSmallDiskEnv(rocksdb::Env* base,
                                              SmallDisk& disk);

}  // namespace courant

#endif  // COURANT_TESTS_TESTING_SMALL_DISK_H_

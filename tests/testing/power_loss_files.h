#ifndef COURANT_TESTS_TESTING_POWER_LOSS_FILES_H_
#define COURANT_TESTS_TESTING_POWER_LOSS_FILES_H_

#include <memory>

#include "rocksdb/file_system.h"
#include "tests/testing/power_loss_disk.h"
#include "tests/testing/power_switch.h"

namespace courant {

// Which file of which disk was opened, and when.
struct OpenedFile {
  std::shared_ptr<PowerSwitch> power;
  PowerSwitch::Boot boot;
  // Null for a file that is only read.
  DiskNodePtr node;
};

// Wrap a file or directory of the real file system, which they own: it does
// the work, the disk of `opened` is told about it, and when the power goes
// every operation fails from then on. Destroying a dead one is fine.
//
// No sync is passed on: only the disk of `opened` cares what is durable, and
// a real sync would cost the test its speed. Space is never preallocated,
// for the same reason.
//
// RangeSync() makes nothing durable. It is sync_file_range(2) in the real
// one, which starts the writing of pages but neither flushes the disk's cache
// nor records the size of the file.
std::unique_ptr<rocksdb::FSWritableFile> WrapFile(
    OpenedFile opened, std::unique_ptr<rocksdb::FSWritableFile> file);
std::unique_ptr<rocksdb::FSRandomRWFile> WrapFile(
    OpenedFile opened, std::unique_ptr<rocksdb::FSRandomRWFile> file);
std::unique_ptr<rocksdb::FSSequentialFile> WrapFile(
    OpenedFile opened, std::unique_ptr<rocksdb::FSSequentialFile> file);
std::unique_ptr<rocksdb::FSRandomAccessFile> WrapFile(
    OpenedFile opened, std::unique_ptr<rocksdb::FSRandomAccessFile> file);
std::unique_ptr<rocksdb::FSDirectory> WrapFile(
    OpenedFile opened, std::unique_ptr<rocksdb::FSDirectory> directory);

}  // namespace courant

#endif  // COURANT_TESTS_TESTING_POWER_LOSS_FILES_H_

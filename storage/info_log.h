#ifndef COURANT_STORAGE_INFO_LOG_H_
#define COURANT_STORAGE_INFO_LOG_H_

#include <memory>

#include "rocksdb/env.h"
#include "rocksdb/file_system.h"

namespace courant::storage {

// What RocksDB writes about itself into `file`, for people: a line for each
// event, with the time in UTC. Instead of RocksDB's own, which asserts at the
// next line after one that found no room on the disk: here that line is lost.
// Thread-safe.
std::unique_ptr<rocksdb::Logger> NewInfoLog(
    std::unique_ptr<rocksdb::FSWritableFile> file);

}  // namespace courant::storage

#endif  // COURANT_STORAGE_INFO_LOG_H_

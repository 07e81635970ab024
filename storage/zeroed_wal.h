#ifndef COURANT_STORAGE_ZEROED_WAL_H_
#define COURANT_STORAGE_ZEROED_WAL_H_

#include <cstdint>
#include <memory>

#include "rocksdb/env.h"
#include "rocksdb/file_system.h"

namespace courant::storage {

// Syncing a file that grew makes the file system write its own data too, about
// its size and its blocks; syncing bytes that were there before does not, and
// takes half as long. So the files of the write-ahead log are kept longer than
// what is in them: small writes go into zeros that were written before.
// storage/doc/adr/0005 says what it brings, and what it costs.
//
// What follows for who reads such a file: behind the last record there may be
// zeros to the end, up to kZeroStep bytes and the rest of a block, after every
// crash. RocksDB takes them for nothing, and so does ScanWal.

// Bytes that a log file is made longer by at a time. They are written with the
// write that needs them, and synced by its sync.
inline constexpr uint64_t kZeroStep = uint64_t{128} << 10;

// A write of more than so many bytes is never the reason to make a file longer:
// its sync takes long anyway, and what it writes would be written twice.
inline constexpr uint64_t kSmallWrite = uint64_t{32} << 10;

// `base`, where files of which the name ends with .log are written so when they
// are opened new, and what RocksDB says about itself by NewInfoLog(). All else
// is that of `base`: files that are read, opened again or renamed, and what
// they look like from outside.
//
// A disk without room for zeros is no error: then the write goes to the end of
// the file, as without this. A write that finds no room leaves the file as it
// was after its last sync. Files are as thread-safe as those of `base`.
std::shared_ptr<rocksdb::FileSystem> NewZeroedWalFileSystem(
    const std::shared_ptr<rocksdb::FileSystem>& base);

// An Env that has that file system, and else is `base`, which is not owned and
// must outlive it.
std::unique_ptr<rocksdb::Env> NewZeroedWalEnv(rocksdb::Env* base);

}  // namespace courant::storage

#endif  // COURANT_STORAGE_ZEROED_WAL_H_

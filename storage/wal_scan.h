#ifndef COURANT_STORAGE_WAL_SCAN_H_
#define COURANT_STORAGE_WAL_SCAN_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "rocksdb/file_system.h"

namespace courant::storage {

// What is in the files of RocksDB's write-ahead log. Numbers are RocksDB's own
// sequence numbers, which count keys and are not those of changes.
struct WalScan {
  // Every byte belongs to a whole record with the right checksum, or is one of
  // the zeros that a file is kept longer with (zeroed_wal.h): these reach to
  // its end, and the next file goes on with the write that comes next.
  bool whole = true;
  // The first byte that does not: a file and where in it. Empty when whole.
  std::string bad_file;
  uint64_t bad_offset = 0;
  // The newest write whose beginning is intact, wherever it stands; 0 when
  // there is none.
  uint64_t newest_write = 0;

  // For the next file: the write that follows the last whole record; and where
  // the zeros begin with which the files so far end, if they do.
  uint64_t next_write = 0;
  std::string zeros_file;
  uint64_t zeros_offset = 0;
};

// Reads every log file in the folder `db_dir` of a database that nobody has
// open. Behind the first bad byte it looks for intact records at every offset:
// RocksDB's own recovery stops there, and cannot say whether anything follows.
// Changes nothing. Holds one file in memory at a time.
//   UNAVAILABLE  a file could not be read.
absl::StatusOr<WalScan> ScanWal(rocksdb::FileSystem& file_system,
                                const std::string& db_dir);

// The same for the bytes of one file, added to `scan`. Files come in the order
// in which they were written.
void ScanWalFile(const std::string& name, absl::string_view bytes,
                 WalScan& scan);

}  // namespace courant::storage

#endif  // COURANT_STORAGE_WAL_SCAN_H_

// Shows what is in the files of a RocksDB, by RocksDB's own tools, which Debian
// has in the library and in no package of programs:
//   rocksdb_dump sst_dump --file=FILE --command=raw    writes FILE_dump.txt
//   rocksdb_dump ldb dump_wal --walfile=FILE --print_value

#include <cstdio>

#include "absl/strings/string_view.h"
#include "rocksdb/ldb_tool.h"
#include "rocksdb/sst_dump_tool.h"

int main(int argc, char** argv) {
  const absl::string_view tool = argc > 1 ? argv[1] : "";
  if (tool == "sst_dump") {
    return rocksdb::SSTDumpTool().Run(argc - 1, argv + 1);
  }
  if (tool == "ldb") rocksdb::LDBTool().Run(argc - 1, argv + 1);  // exits
  std::fputs("usage: rocksdb_dump sst_dump|ldb ARGUMENT...\n", stderr);
  return 2;
}

#include "services/server/database_metrics.h"

#include <sys/statvfs.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <system_error>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "rocksdb/metadata.h"
#include "rocksdb/statistics.h"
#include "services/server/metric_family.h"

namespace courant {
namespace {

using storage::Family;

// The sum of an integer property over all column families.
double Sum(const storage::Database& database, const std::string& property) {
  double sum = 0;
  for (const Family family : storage::kFamilies) {
    uint64_t value = 0;
    if (database.rocksdb().GetIntProperty(database.handle(family), property,
                                          &value)) {
      sum += static_cast<double>(value);
    }
  }
  return sum;
}

// A property of the whole database.
double Whole(const storage::Database& database, const std::string& property) {
  uint64_t value = 0;
  database.rocksdb().GetIntProperty(database.handle(Family::kMeta), property,
                                    &value);
  return static_cast<double>(value);
}

// What RocksDB says of its tables, without a look at each: there may be
// thousands, and it holds its mutex meanwhile.
struct Tables {
  std::array<double, 7> bytes_by_level = {};
  // Of the column family that has most: each slows its writers by its own.
  double level0_files = 0;
  // Time that all compactions and flushes took since the start.
  double compaction_seconds = 0;
};

Tables TablesOf(const storage::Database& database) {
  Tables tables;
  for (const Family family : storage::kFamilies) {
    std::map<std::string, std::string> values;
    if (!database.rocksdb().GetMapProperty(database.handle(family),
                                           rocksdb::DB::Properties::kCFStats,
                                           &values)) {
      continue;
    }
    const auto value = [&values](const std::string& key) {
      double number = 0;
      const auto found = values.find(key);
      // A level without tables is not in it.
      if (found != values.end() && !absl::SimpleAtod(found->second, &number)) {
        number = 0;
      }
      return number;
    };
    for (size_t level = 0; level < tables.bytes_by_level.size(); ++level) {
      tables.bytes_by_level.at(level) +=
          value(absl::StrCat("compaction.L", level, ".SizeBytes"));
    }
    tables.level0_files =
        std::max(tables.level0_files, value("compaction.L0.NumFiles"));
    tables.compaction_seconds += value("compaction.Sum.CompSec");
  }
  return tables;
}

prometheus::MetricFamily SstBytes(const Tables& tables) {
  prometheus::MetricFamily family;
  family.name = "courant_rocksdb_sst_bytes";
  family.help = "Bytes in table files, by level.";
  family.type = prometheus::MetricType::Gauge;
  for (size_t level = 0; level < tables.bytes_by_level.size(); ++level) {
    prometheus::ClientMetric& metric = family.metric.emplace_back();
    metric.label = {{"level", absl::StrCat(level)}};
    metric.gauge.value = tables.bytes_by_level.at(level);
  }
  return family;
}

// Of the write-ahead log, what a start would read: it is in files of its own
// beside the tables.
double LiveWalBytes(const storage::Database& database) {
  double bytes = 0;
  std::error_code error;
  std::filesystem::directory_iterator files(database.rocksdb().GetName(),
                                            error);
  for (; !error && files != std::filesystem::directory_iterator();
       files.increment(error)) {
    if (files->path().extension() != ".log") continue;
    std::error_code gone;
    const std::uintmax_t size = files->file_size(gone);
    if (!gone) bytes += static_cast<double>(size);
  }
  return bytes;
}

// Of the disk that `path` is on: 0 when nobody can say.
struct Disk {
  double free_bytes = 0;
  double size_bytes = 0;
};

Disk DiskOf(const std::string& path) {
  struct statvfs info = {};
  if (statvfs(path.c_str(), &info) != 0) return {};
  const auto block = static_cast<double>(info.f_frsize);
  return {.free_bytes = static_cast<double>(info.f_bavail) * block,
          .size_bytes = static_cast<double>(info.f_blocks) * block};
}

}  // namespace

std::vector<prometheus::MetricFamily> DatabaseMetrics::Collect() const {
  using Property = rocksdb::DB::Properties;
  const storage::Database& database = store_.database();
  const Tables tables = TablesOf(database);
  const Disk disk = DiskOf(store_.data_dir());
  const auto statistics = database.rocksdb().GetDBOptions().statistics;
  const auto ticker = [&statistics](rocksdb::Tickers which) {
    return static_cast<double>(statistics->getTickerCount(which));
  };
  return {
      GaugeFamily("courant_rocksdb_memtable_bytes", "Bytes in memtables.",
                  Sum(database, Property::kCurSizeAllMemTables)),
      GaugeFamily("courant_rocksdb_block_cache_bytes",
                  "Bytes in the block cache.",
                  Whole(database, Property::kBlockCacheUsage)),
      CounterFamily("courant_rocksdb_block_cache_hits_total",
                    "Blocks found in the cache.",
                    ticker(rocksdb::BLOCK_CACHE_HIT)),
      CounterFamily("courant_rocksdb_block_cache_misses_total",
                    "Blocks read from files.",
                    ticker(rocksdb::BLOCK_CACHE_MISS)),
      GaugeFamily("courant_rocksdb_pending_compaction_bytes",
                  "Bytes that compaction has still to rewrite.",
                  Sum(database, Property::kEstimatePendingCompactionBytes)),
      SstBytes(tables),
      GaugeFamily("courant_rocksdb_l0_files",
                  "Table files in level 0, of the column family that has most.",
                  tables.level0_files),
      GaugeFamily("courant_rocksdb_live_wal_bytes",
                  "Bytes of the files of the write-ahead log.",
                  LiveWalBytes(database)),
      CounterFamily("courant_rocksdb_compaction_seconds_total",
                    "Time that flushes and compactions took.",
                    tables.compaction_seconds),
      GaugeFamily("courant_rocksdb_write_stopped",
                  "1 while RocksDB takes no writes.",
                  Whole(database, Property::kIsWriteStopped)),
      CounterFamily("courant_rocksdb_write_stall_seconds_total",
                    "Time that writes waited for RocksDB to flush or compact.",
                    ticker(rocksdb::STALL_MICROS) / 1e6),
      CounterFamily("courant_rocksdb_background_errors_total",
                    "Errors of background work.",
                    Whole(database, Property::kBackgroundErrors)),
      CounterFamily("courant_rocksdb_wal_syncs_total",
                    "Syncs of the write-ahead log.",
                    ticker(rocksdb::WAL_FILE_SYNCED)),
      CounterFamily("courant_rocksdb_wal_bytes_total",
                    "Bytes written to the write-ahead log.",
                    ticker(rocksdb::WAL_FILE_BYTES)),
      GaugeFamily("courant_disk_free_bytes",
                  "Bytes free on the disk of the data folder.",
                  disk.free_bytes),
      GaugeFamily("courant_disk_size_bytes",
                  "Bytes of the disk of the data folder.", disk.size_bytes),
      GaugeFamily("courant_disk_reserve_bytes",
                  "Bytes that are left free: with fewer, writes are refused.",
                  static_cast<double>(database.reserved_bytes())),
      GaugeFamily("courant_storage_full",
                  "1 while writes are refused because the disk is full.",
                  database.IsFull() ? 1 : 0),
      GaugeFamily("courant_log_epoch", "Epoch of the log.",
                  static_cast<double>(store_.epoch().value())),
      GaugeFamily("courant_watermark_sequence",
                  "Newest change that the watermark covers.",
                  static_cast<double>(store_.watermark_sequence().value())),
  };
}

}  // namespace courant

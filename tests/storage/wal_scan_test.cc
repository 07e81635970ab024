#include "storage/wal_scan.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rocksdb/db.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace courant::storage {
namespace {

// A log file that RocksDB wrote: records of many sizes, so that some of them
// begin in the last bytes of a block.
class WalScanTest : public testing::Test {
 protected:
  void SetUp() override {
    rocksdb::Options options;
    options.create_if_missing = true;
    rocksdb::DB* db = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open(options, dir_.Join("db"), &db).ok());
    for (int i = 0; i < 400; ++i) {
      rocksdb::WriteOptions write;
      write.sync = i == 399;
      ASSERT_TRUE(
          db->Put(write, absl::StrCat("key", i), std::string(i * 3, 'v')).ok());
    }
    newest_ = db->GetLatestSequenceNumber();
    delete db;
  }

  absl::StatusOr<WalScan> Scan() {
    return ScanWal(*rocksdb::FileSystem::Default(), dir_.Join("db"));
  }

  // The bytes of the log file that was written.
  std::string NewestLog() const {
    std::string newest;
    for (const auto& file :
         std::filesystem::directory_iterator(dir_.Join("db"))) {
      if (file.path().extension() == ".log") {
        newest = std::max(newest, file.path().string());
      }
    }
    std::ifstream in(newest, std::ios::binary);
    return std::string((std::istreambuf_iterator<char>(in)), {});
  }

  // The end of the last record that ends at or before `offset`, which is in the
  // first block.
  static size_t BoundaryBefore(const std::string& log, size_t offset) {
    size_t at = 0;
    while (true) {
      const size_t end = at + 7 + static_cast<uint8_t>(log[at + 4]) +
                         256 * static_cast<uint8_t>(log[at + 5]);
      if (end > offset) return at;
      at = end;
    }
  }

  TempDir dir_;
  uint64_t newest_ = 0;
};

TEST_F(WalScanTest, ReadsWhatRocksDbWrote) {
  COURANT_ASSERT_OK_AND_ASSIGN(const WalScan scan, Scan());
  EXPECT_TRUE(scan.whole) << scan.bad_file << " at " << scan.bad_offset;
  EXPECT_EQ(scan.newest_write, newest_);
}

TEST_F(WalScanTest, AFolderThatIsNotThereIsWhole) {
  COURANT_ASSERT_OK_AND_ASSIGN(
      const WalScan scan,
      ScanWal(*rocksdb::FileSystem::Default(), dir_.Join("nothing")));
  EXPECT_TRUE(scan.whole);
  EXPECT_EQ(scan.newest_write, 0u);
}

TEST(WalScanFileTest, AnEmptyFileIsWhole) {
  WalScan scan;
  ScanWalFile("1.log", "", scan);
  EXPECT_TRUE(scan.whole);
}

TEST(WalScanFileTest, GarbageHoldsNoWrite) {
  WalScan scan;
  ScanWalFile("1.log", std::string(40'000, '\x01'), scan);
  EXPECT_FALSE(scan.whole);
  EXPECT_EQ(scan.bad_file, "1.log");
  EXPECT_EQ(scan.bad_offset, 0u);
  EXPECT_EQ(scan.newest_write, 0u);
}

// Zeros to the end are what a file is kept longer with. Anything behind them is
// not.
TEST_F(WalScanTest, ZerosBehindTheLastRecordAreWhole) {
  for (const size_t count : {1u, 6u, 7u, 40'000u, 200'000u}) {
    WalScan scan;
    ScanWalFile("1.log", NewestLog() + std::string(count, '\0'), scan);
    EXPECT_TRUE(scan.whole) << count;
    EXPECT_EQ(scan.newest_write, newest_);
  }
  WalScan scan;
  const std::string log = NewestLog();
  ScanWalFile("1.log", log + std::string(40'000, '\0') + "x", scan);
  EXPECT_FALSE(scan.whole);
  EXPECT_EQ(scan.bad_offset, log.size());
}

TEST_F(WalScanTest, ARecordOfWhichTheEndIsZerosIsNotWhole) {
  std::string log = NewestLog();
  std::fill(log.end() - 50, log.end(), '\0');
  WalScan scan;
  ScanWalFile("1.log", log + std::string(1000, '\0'), scan);
  EXPECT_FALSE(scan.whole);
}

// Where zeros stand for writes that the next file shows to have been there, it
// is damage.
TEST_F(WalScanTest, TheNextFileGoesOnWhereZerosBegin) {
  const std::string log = NewestLog();
  const std::string zeros(1000, '\0');
  // One file cut in two between records, as if each were one.
  const size_t half = BoundaryBefore(log, 20'000);
  const std::string second =
      log.substr(half, BoundaryBefore(log, 30'000) - half);
  WalScan good;
  ScanWalFile("1.log", log.substr(0, half) + zeros, good);
  ScanWalFile("2.log", zeros, good);
  EXPECT_TRUE(good.whole);
  ScanWalFile("3.log", second, good);
  EXPECT_TRUE(good.whole) << good.bad_file;
  WalScan bad;
  const size_t less = BoundaryBefore(log, 10'000);
  ScanWalFile("1.log", log.substr(0, less) + zeros, bad);
  ScanWalFile("2.log", second, bad);
  EXPECT_FALSE(bad.whole);
  EXPECT_EQ(bad.bad_file, "1.log");
  EXPECT_EQ(bad.bad_offset, less);
}

}  // namespace
}  // namespace courant::storage

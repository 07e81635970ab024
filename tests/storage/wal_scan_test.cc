#include "storage/wal_scan.h"

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

TEST(WalScanFileTest, ZerosAndGarbageHoldNoWrite) {
  for (const std::string& bytes :
       {std::string(40'000, '\0'), std::string(40'000, '\x01')}) {
    WalScan scan;
    ScanWalFile("1.log", bytes, scan);
    EXPECT_FALSE(scan.whole);
    EXPECT_EQ(scan.bad_file, "1.log");
    EXPECT_EQ(scan.bad_offset, 0u);
    EXPECT_EQ(scan.newest_write, 0u);
  }
}

}  // namespace
}  // namespace courant::storage

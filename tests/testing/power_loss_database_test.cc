// RocksDB on a file system that forgets. Shows that the file system is fair
// (a database that syncs loses nothing on it) and that it bites (one that
// does not sync does).

#include <cstdint>
#include <filesystem>
#include <memory>
#include <random>
#include <string>

#include "absl/strings/str_format.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rocksdb/db.h"
#include "rocksdb/env.h"
#include "rocksdb/options.h"
#include "tests/testing/power_loss_file_system.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace courant {
namespace {

// What a run of cuts did to the writes.
struct Losses {
  int cuts = 0;
  uint64_t acknowledged = 0;  // Over all cuts.
  uint64_t lost = 0;          // Acknowledged before a cut, not there after it.
  uint64_t unasked = 0;       // There although the call had failed.
  rocksdb::Status refusal;    // Why the database did not open; ends the run.
};

class PowerLossDatabaseTest : public testing::Test {
 protected:
  void SetUp() override {
    COURANT_ASSERT_OK_AND_ASSIGN(fs_, PowerLossFileSystem::Create(dir_.path()));
    env_ = NewPowerLossEnv(fs_);
    ASSERT_TRUE(fs_->CreateDir(path_, {}, nullptr).ok());
    ASSERT_TRUE(SyncParentDirectory().ok());
  }

  rocksdb::IOStatus SyncParentDirectory() {
    std::unique_ptr<rocksdb::FSDirectory> parent;
    rocksdb::IOStatus status =
        fs_->NewDirectory(dir_.path(), {}, &parent, nullptr);
    return status.ok() ? parent->Fsync({}, nullptr) : status;
  }

  rocksdb::Status Open() {
    rocksdb::Options options;
    options.create_if_missing = true;
    options.env = env_.get();
    options.wal_recovery_mode = recovery_;
    options.max_bgerror_resume_count = 0;
    // Small, so that the cuts also hit flushes and compactions.
    options.write_buffer_size = 8 << 10;
    options.level0_file_num_compaction_trigger = 2;
    // One thread instead of sixteen: opening is half of what is done here.
    options.max_file_opening_threads = 1;
    rocksdb::DB* db = nullptr;
    const rocksdb::Status status = rocksdb::DB::Open(options, path_, &db);
    db_.reset(db);
    return status;
  }

  static std::string KeyOf(uint64_t number) {
    return absl::StrFormat("%08d", number);
  }
  static std::string ValueOf(uint64_t number) {
    return std::string(100 + number % 400,
                       static_cast<char>('a' + number % 26));
  }

  // Continues the numbers in the database until a write fails.
  void WriteUntilTheCut() {
    rocksdb::WriteOptions options;
    options.sync = sync_;
    while (db_->Put(options, KeyOf(next_), ValueOf(next_)).ok()) ++next_;
  }

  // How many numbers are there without a gap, from 0 on.
  uint64_t CountNumbers() {
    uint64_t found = 0;
    std::unique_ptr<rocksdb::Iterator> it(db_->NewIterator({}));
    for (it->SeekToFirst(); it->Valid(); it->Next(), ++found) {
      EXPECT_EQ(it->key().ToString(), KeyOf(found));
      EXPECT_EQ(it->value().ToString(), ValueOf(found));
    }
    EXPECT_TRUE(it->status().ok()) << it->status().ToString();
    return found;
  }

  // Cuts `cuts` times at seeded moments, also while the database is opened
  // and while it recovers from the cut before.
  Losses Run(int cuts) {
    Losses losses;
    std::mt19937_64 random(20260102);
    while (losses.cuts < cuts) {
      if (random() % 3 == 0) db_.reset();
      fs_->CutAfter(random() % 150);
      if (db_ != nullptr || Open().ok()) WriteUntilTheCut();
      db_.reset();
      EXPECT_THAT(fs_->PowerLoss(random(), tail_), IsOk());
      fs_->PowerOn();
      ++losses.cuts;
      losses.acknowledged += next_;
      losses.refusal = Open();
      if (!losses.refusal.ok()) break;
      const uint64_t found = CountNumbers();
      if (found < next_) losses.lost += next_ - found;
      if (found > next_) ++losses.unasked;
      next_ = found;
    }
    return losses;
  }

  const TempDir dir_;
  std::string path_ = dir_.Join("db");
  std::shared_ptr<PowerLossFileSystem> fs_;
  std::unique_ptr<rocksdb::Env> env_;

  bool sync_ = true;
  PowerLossDisk::Tail tail_ = PowerLossDisk::Tail::kClean;
  rocksdb::WALRecoveryMode recovery_ =
      rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;

  std::unique_ptr<rocksdb::DB> db_;
  uint64_t next_ = 0;
};

TEST_F(PowerLossDatabaseTest, SyncedWritesAreNeverLost) {
  const Losses losses = Run(100);
  EXPECT_EQ(losses.cuts, 100) << losses.refusal.ToString();
  EXPECT_EQ(losses.lost, 0u);
  EXPECT_GT(losses.acknowledged, 10000u);
  // The cut really comes in the middle of writes.
  EXPECT_GT(losses.unasked, 0u);
}

TEST_F(PowerLossDatabaseTest, WritesWithoutSyncAreLost) {
  sync_ = false;
  const Losses losses = Run(20);
  EXPECT_EQ(losses.cuts, 20) << losses.refusal.ToString();
  EXPECT_GT(losses.lost, 0u);
}

TEST_F(PowerLossDatabaseTest, ADiskThatLiesLosesWritesOrTheWholeDatabase) {
  ASSERT_TRUE(Open().ok());
  fs_->set_ignore_sync(true);
  const Losses losses = Run(20);
  EXPECT_TRUE(losses.lost > 0 || !losses.refusal.ok());
}

// RocksDB makes its directory, but not the name of it, durable.
TEST_F(PowerLossDatabaseTest, ADatabaseInANewDirectoryCanVanishAltogether) {
  rocksdb::WriteOptions synced;
  synced.sync = true;
  int vanished = 0;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    path_ = dir_.Join(absl::StrFormat("new%d", seed));
    ASSERT_TRUE(Open().ok());
    ASSERT_TRUE(db_->Put(synced, "key", "value").ok());
    db_.reset();
    ASSERT_THAT(fs_->PowerLoss(seed), IsOk());
    fs_->PowerOn();
    if (!std::filesystem::exists(path_)) ++vanished;
  }
  EXPECT_GT(vanished, 0);
}

// A sector of the write-ahead log that was never acknowledged, torn: strict
// recovery takes it for corruption and refuses, point-in-time recovery ends
// before it.
TEST_F(PowerLossDatabaseTest, StrictRecoveryRefusesATornTail) {
  for (const auto tail :
       {PowerLossDisk::Tail::kZeros, PowerLossDisk::Tail::kGarbage}) {
    tail_ = tail;
    EXPECT_TRUE(Run(50).refusal.IsCorruption());
  }
}

TEST_F(PowerLossDatabaseTest, PointInTimeRecoveryEndsBeforeATornTail) {
  recovery_ = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  for (const auto tail :
       {PowerLossDisk::Tail::kZeros, PowerLossDisk::Tail::kGarbage}) {
    tail_ = tail;
    const Losses losses = Run(50);
    EXPECT_EQ(losses.cuts, 50) << losses.refusal.ToString();
    EXPECT_EQ(losses.lost, 0u);
  }
}

}  // namespace
}  // namespace courant

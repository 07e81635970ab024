#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "storage/errors/reason.h"
#include "storage/space_guard.h"
#include "tests/storage/store_fixture.h"
#include "tests/testing/small_disk.h"
#include "tests/testing/status_matchers.h"

namespace courant::storage {
namespace {

constexpr uint64_t kMiB = uint64_t{1} << 20;
// RocksDB looks every five seconds for room.
constexpr absl::Duration kPatience = absl::Seconds(60);

// A store on a disk that the test fills.
class DiskFullTest : public testing::Test {
 protected:
  void TearDown() override { fixture_.Close(); }

  absl::Status Open(uint64_t reserved) {
    StoreOptions options;
    options.database.env = env_.get();
    options.database.reserved_bytes = reserved;
    options.database.write_buffer_bytes = kMiB;
    options.database.max_wal_bytes = 4 * kMiB;
    options.on_broken = [this](const absl::Status&) { broken_.store(true); };
    return fixture_.Open(std::move(options));
  }

  absl::Status Write(const std::string& id, size_t size = 100) {
    return fixture_.Write(id, std::string(size, 'x')).status();
  }

  // Until it is taken; false when it never was.
  bool WriteOnceThereIsRoom(const std::string& id) {
    const absl::Time end = absl::Now() + kPatience;
    while (absl::Now() < end) {
      const absl::Status written = Write(id);
      if (written.ok()) return true;
      EXPECT_TRUE(IsStorageFull(written)) << written;
      // Nobody else writes: a pause with an end.
      fixture_.store->change_log().WaitFor(
          fixture_.store->change_log().tail().last_sequence.Next(),
          absl::Milliseconds(50));
    }
    return false;
  }

  SmallDisk disk_;
  const std::unique_ptr<rocksdb::Env> env_ =
      NewSmallDiskEnv(rocksdb::Env::Default(), disk_);
  StoreFixture fixture_;
  std::atomic<bool> broken_{false};
};

TEST_F(DiskFullTest, WritesStopBeforeItIsAndGoOnByThemselves) {
  disk_.SetFree(100 * kMiB);
  ASSERT_THAT(Open(8 * kMiB), IsOk());
  ASSERT_THAT(Write("before"), IsOk());
  for (int round = 0; round < 3; ++round) {
    disk_.SetFree(8 * kMiB - 1);
    const absl::Status refused = Write("refused");
    EXPECT_EQ(ReasonOf(refused), courant::v1::STORAGE_FULL) << refused;
    EXPECT_TRUE(RetryDelayOf(refused).has_value());
    EXPECT_TRUE(fixture_.store->database().IsFull());
    EXPECT_EQ(fixture_.HeadlineOf("refused"), "");
    EXPECT_NE(fixture_.HeadlineOf("before"), "");
    // A little more is not enough: it would go back and forth.
    disk_.SetFree(8 * kMiB);
    EXPECT_TRUE(IsStorageFull(Write("refused")));
    EXPECT_TRUE(fixture_.store->database().IsFull());
    disk_.SetFree(9 * kMiB);
    // Also for who only asks: nobody may write for hours.
    EXPECT_FALSE(fixture_.store->database().IsFull());
    EXPECT_THAT(Write(absl::StrCat("after", round)), IsOk());
  }
  EXPECT_FALSE(broken_.load());
  EXPECT_EQ(disk_.refusals(), 0) << "RocksDB has met the end of the disk";
}

// What a foreign file does that takes everything at once: no guard helps.
TEST_F(DiskFullTest, AWriteThatFindsNoRoomHasNotHappened) {
  ASSERT_THAT(Open(/*reserved=*/0), IsOk());
  int acknowledged = 0;
  for (int round = 0; round < 3; ++round) {
    disk_.SetFree(kMiB);
    absl::Status written;
    while (written.ok()) {
      // Of some blocks, so that a part of it finds room.
      written = Write(absl::StrCat("a", acknowledged), 100'000);
      if (written.ok()) ++acknowledged;
    }
    ASSERT_TRUE(IsStorageFull(written)) << written;
    EXPECT_EQ(fixture_.HeadlineOf(absl::StrCat("a", acknowledged)), "");
    EXPECT_NE(fixture_.HeadlineOf("a0"), "");
    EXPECT_EQ(fixture_.store->change_log().tail().last_sequence.value(),
              static_cast<uint64_t>(acknowledged));
    disk_.SetFree(UINT64_MAX);
    ASSERT_TRUE(WriteOnceThereIsRoom(absl::StrCat("a", acknowledged)));
    ++acknowledged;
  }
  EXPECT_GT(disk_.refusals(), 0);
  EXPECT_FALSE(broken_.load());
  ASSERT_THAT(Open(0), IsOk());
  EXPECT_EQ(fixture_.store->change_log().tail().last_sequence.value(),
            static_cast<uint64_t>(acknowledged));
  EXPECT_THAT(fixture_.store->VerifyAll().status(), IsOk());
}

// The log that RocksDB keeps about itself finds no room either, line after
// line.
TEST_F(DiskFullTest, WhatRocksDbSaysOfItselfMayBeLost) {
  ASSERT_THAT(Open(/*reserved=*/0), IsOk());
  const auto log = fixture_.store->database().rocksdb().GetDBOptions().info_log;
  disk_.SetFree(0);
  for (int line = 0; line < 10'000; ++line) {
    rocksdb::Log(rocksdb::InfoLogLevel::HEADER_LEVEL, log, "line %d", line);
  }
  EXPECT_GT(disk_.refusals(), 0);
  disk_.SetFree(UINT64_MAX);
  EXPECT_TRUE(WriteOnceThereIsRoom("after"));
}

TEST_F(DiskFullTest, AFolderThatDiesWhileItIsFullOpensWithAll) {
  ASSERT_THAT(Open(/*reserved=*/0), IsOk());
  disk_.SetFree(kMiB);
  int acknowledged = 0;
  while (Write(absl::StrCat("a", acknowledged), 100'000).ok()) ++acknowledged;
  // As it lies there, and nothing closed.
  StoreFixture copy;
  namespace fs = std::filesystem;
  for (const char* const part : {"", "/db"}) {
    fs::create_directories(copy.data_dir() + part);
    for (const auto& file :
         fs::directory_iterator(fixture_.data_dir() + part)) {
      std::error_code gone;  // WATERMARK.new comes and goes.
      if (file.is_regular_file(gone)) {
        fs::copy_file(file,
                      fs::path(copy.data_dir() + part) / file.path().filename(),
                      gone);
      }
    }
  }
  ASSERT_THAT(copy.Open(), IsOk());
  EXPECT_EQ(copy.store->change_log().tail().last_sequence.value(),
            static_cast<uint64_t>(acknowledged));
  EXPECT_THAT(copy.store->VerifyAll().status(), IsOk());
  disk_.SetFree(UINT64_MAX);
}

}  // namespace
}  // namespace courant::storage

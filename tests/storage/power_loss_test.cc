// Pulls the plug in the middle of writing, many times, on a file system that
// forgets what was not synced, and opens what is left. Nothing that was
// acknowledged may be missing; on a disk that does not sync, something must be.

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/storage/store_fixture.h"
#include "tests/testing/power_loss_file_system.h"
#include "tests/testing/status_matchers.h"

namespace courant::storage {
namespace {

constexpr uint32_t kSeed = 20261123;
constexpr PowerLossDisk::Tail kTails[] = {
    PowerLossDisk::Tail::kClean, PowerLossDisk::Tail::kZeros,
    PowerLossDisk::Tail::kGarbage, PowerLossDisk::Tail::kSectors};

// A store on a disk with a plug.
class PowerLossTest : public testing::Test {
 protected:
  void SetUp() override {
    COURANT_ASSERT_OK_AND_ASSIGN(fs_, PowerLossFileSystem::Create(dir_.path()));
    env_ = NewPowerLossEnv(fs_);
  }

  absl::Status Open() {
    store_ = nullptr;
    registry_ = std::make_shared<prometheus::Registry>();
    StoreOptions options;
    options.data_dir = dir_.Join("data");
    options.database.env = env_.get();
    // Small, so that cuts also hit flushes and compactions.
    options.database.write_buffer_bytes = 64 << 10;
    options.database.max_wal_bytes = 256 << 10;
    options.watermark_interval = absl::Milliseconds(5);
    auto store = Store::Open(std::move(options), clock_, *registry_);
    if (!store.ok()) return store.status();
    store_ = *std::move(store);
    return absl::OkStatus();
  }

  // Writes until the power goes. Counts what was acknowledged.
  void WriteUntilTheCut() {
    while (true) {
      const auto committed =
          WriteArticle(*store_, absl::StrCat("a", next_ % 50),
                       std::string(500 + next_ % 1500, 'x'), {.actor = "test"});
      if (!committed.ok()) return;
      acknowledged_ = committed->sequence.value();
      ++next_;
    }
  }

  // One cut: writes, loses power after `operations`, opens again. Returns how
  // many acknowledged changes are missing; all of them when it does not open.
  uint64_t Cut(uint64_t operations, uint64_t seed) {
    fs_->CutAfter(operations);
    WriteUntilTheCut();
    store_ = nullptr;
    // What was not synced may be gone, there, or anything in its place.
    EXPECT_THAT(fs_->PowerLoss(seed, kTails[seed % std::size(kTails)]), IsOk());
    fs_->PowerOn();
    if (LogEndsWithZeros()) ++zero_tails_;
    const absl::Status opened = Open();
    if (!opened.ok()) {
      refusal_ = opened;
      return acknowledged_;
    }
    const uint64_t tail = store_->change_log().tail().last_sequence.value();
    return tail < acknowledged_ ? acknowledged_ - tail : 0;
  }

  // Whether the newest log file is longer than what is in it.
  bool LogEndsWithZeros() const {
    std::string newest;
    for (const auto& file :
         std::filesystem::directory_iterator(dir_.Join("data/db"))) {
      if (file.path().extension() == ".log") {
        newest = std::max(newest, file.path().string());
      }
    }
    std::ifstream in(newest, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(in)), {});
    return bytes.size() > 4096 &&
           bytes.find_last_not_of('\0', bytes.size() - 1) < bytes.size() - 4096;
  }

  TempDir dir_;
  std::shared_ptr<PowerLossFileSystem> fs_;
  std::unique_ptr<rocksdb::Env> env_;
  SystemClock clock_;
  std::shared_ptr<prometheus::Registry> registry_;
  std::unique_ptr<Store> store_;
  uint64_t next_ = 0;
  uint64_t acknowledged_ = 0;
  int zero_tails_ = 0;
  absl::Status refusal_;
};

TEST_F(PowerLossTest, NothingAcknowledgedIsLostInTwoHundredCuts) {
  std::mt19937 random(kSeed);
  RecordProperty("seed", kSeed);
  ASSERT_THAT(Open(), IsOk());
  for (int cut = 0; cut < 200; ++cut) {
    const uint64_t lost = Cut(1 + random() % 120, random());
    ASSERT_THAT(refusal_, IsOk()) << "cut " << cut << ", seed " << kSeed;
    ASSERT_EQ(lost, 0u) << "cut " << cut << ", seed " << kSeed;
  }
  EXPECT_GT(acknowledged_, 1000u);
  // What is the usual case on a real disk was the usual case here.
  EXPECT_GT(zero_tails_, 100);
}

TEST_F(PowerLossTest, ADiskThatDoesNotSyncIsFoundOut) {
  std::mt19937 random(kSeed);
  ASSERT_THAT(Open(), IsOk());
  fs_->set_ignore_sync(true);
  uint64_t lost = 0;
  for (int cut = 0; cut < 20 && lost == 0 && refusal_.ok(); ++cut) {
    lost = Cut(20 + random() % 120, random());
  }
  EXPECT_GT(lost, 0u);
}

}  // namespace
}  // namespace courant::storage

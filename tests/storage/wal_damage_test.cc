// Damages the newest file of the write-ahead log in every way that one byte or
// one cut can, and opens it. Whatever the damage, the store comes up with
// everything that the watermark covers, or not at all.

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/storage/store_fixture.h"
#include "tests/testing/status_matchers.h"

namespace courant::storage {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kChanges = 40;

std::string ReadAll(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(in)), {});
}

void WriteAll(const fs::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

class WalDamageTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(fixture_.Open(), IsOk());
    for (uint64_t i = 0; i < kChanges; ++i) {
      ASSERT_THAT(fixture_.Write(absl::StrCat("a", i), std::string(300, 'x')),
                  IsOk());
    }
    fixture_.Close();
    fs::copy(fixture_.data_dir(), fixture_.dir.Join("good"),
             fs::copy_options::recursive);
    for (const auto& file :
         fs::directory_iterator(fixture_.data_dir() + "/db")) {
      if (file.path().extension() == ".log" && fs::file_size(file) > 0) {
        newest_ = std::max(newest_, file.path().string());
      }
    }
    ASSERT_FALSE(newest_.empty());
    good_ = ReadAll(newest_);
  }

  // Opens the folder with `bytes` as its newest log file. True when it came
  // up, and then everything must be there.
  bool OpenWith(const std::string& bytes, const std::string& what) {
    fs::remove_all(fixture_.data_dir());
    fs::copy(fixture_.dir.Join("good"), fixture_.data_dir(),
             fs::copy_options::recursive);
    WriteAll(newest_, bytes);
    const absl::Status opened = fixture_.Open();
    if (!opened.ok()) {
      EXPECT_THAT(opened, StatusIs(absl::StatusCode::kDataLoss)) << what;
      EXPECT_THAT(opened, StatusIs(absl::StatusCode::kDataLoss,
                                   testing::HasSubstr("backup")))
          << what;
      return false;
    }
    EXPECT_EQ(fixture_.store->change_log().tail().last_sequence,
              Sequence(kChanges))
        << what;
    const auto entries = fixture_.store->change_log().Read(
        Sequence(0), {.max_changes = 1000, .max_bytes = 1 << 30});
    EXPECT_TRUE(!entries.ok() || entries->size() == kChanges) << what;
    fixture_.Close();
    return true;
  }

  StoreFixture fixture_;
  std::string newest_;
  std::string good_;
};

TEST_F(WalDamageTest, TheUndamagedLogComesUp) {
  EXPECT_TRUE(OpenWith(good_, "nothing"));
}

TEST_F(WalDamageTest, AFlippedByteIsRefused) {
  constexpr uint32_t kSeed = 20261123;
  std::mt19937 random(kSeed);
  RecordProperty("seed", kSeed);
  for (int i = 0; i < 80; ++i) {
    std::string bad = good_;
    const size_t at = random() % bad.size();
    bad[at] = static_cast<char>(bad[at] ^ (1 << random() % 8));
    const std::string what = absl::StrCat("byte ", at, ", seed ", kSeed);
    EXPECT_FALSE(OpenWith(bad, what)) << what;
  }
}

TEST_F(WalDamageTest, ACutIsRefused) {
  constexpr uint32_t kSeed = 20261124;
  std::mt19937 random(kSeed);
  RecordProperty("seed", kSeed);
  for (int i = 0; i < 40; ++i) {
    const size_t at = random() % good_.size();
    EXPECT_FALSE(OpenWith(good_.substr(0, at), absl::StrCat("cut at ", at)));
  }
}

}  // namespace
}  // namespace courant::storage

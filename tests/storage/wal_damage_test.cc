// Damages the newest file of the write-ahead log in every way that one byte or
// one cut can, and opens it. Whatever the damage, the store comes up with
// everything that the watermark covers, or not at all; and whatever a power cut
// leaves of a write that was never acknowledged, it comes up.

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
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

  // Puts the folder back as it was, with `bytes` as its newest log file.
  void Restore(const std::string& bytes) {
    fixture_.Close();
    fs::remove_all(fixture_.data_dir());
    fs::copy(fixture_.dir.Join("good"), fixture_.data_dir(),
             fs::copy_options::recursive);
    WriteAll(newest_, bytes);
  }

  // Puts back the watermark of when the log ended at change `sequence`, as if
  // the program had died within a second after that.
  void RewindWatermark(uint64_t sequence) {
    COURANT_ASSERT_OK_AND_ASSIGN(const auto entries,
                                 EntriesOf(fixture_.dir.Join("good")));
    WatermarkFile file(rocksdb::FileSystem::Default(), fixture_.data_dir());
    COURANT_ASSERT_OK_AND_ASSIGN(auto mark, file.Read());
    ASSERT_TRUE(mark.has_value());
    mark->sequence = Sequence(sequence);
    mark->digest = entries.at(sequence - 1)->chain;
    ASSERT_THAT(file.Write(*mark), IsOk());
  }

  // All changes of a folder, which stays as it is.
  absl::StatusOr<std::vector<SharedEntry>> EntriesOf(
      const std::string& folder) {
    std::vector<SharedEntry> entries;
    auto database = Database::OpenReadOnly(folder + "/db", {});
    if (!database.ok()) return database.status();
    const auto it = (*database)->Iterate(Family::kChange);
    for (it->SeekToFirst(); it->Valid(); it->Next()) {
      auto entry = DecodeEntry(FromSlice(it->value()));
      if (!entry.ok()) return entry.status();
      entries.push_back(std::make_shared<const Entry>(*std::move(entry)));
    }
    return entries;
  }

  // Where the records of the newest log file begin. A change is one record
  // here, and the last `kChanges` of them are the changes.
  std::vector<size_t> RecordOffsets() const {
    std::vector<size_t> offsets;
    for (size_t at = 0; at + 7 <= good_.size();) {
      if (32768 - at % 32768 < 7) at = (at / 32768 + 1) * 32768;
      if (at + 7 > good_.size()) break;
      const uint8_t type = static_cast<uint8_t>(good_[at + 6]);
      if (type == 1 || type == 2) offsets.push_back(at);
      at += 7 + static_cast<uint8_t>(good_[at + 4]) +
            256 * static_cast<uint8_t>(good_[at + 5]);
    }
    return offsets;
  }
  size_t OffsetOf(uint64_t change) const {
    const std::vector<size_t> offsets = RecordOffsets();
    return offsets.at(offsets.size() - kChanges + change - 1);
  }

  uint64_t Newest() {
    return fixture_.store->change_log().tail().last_sequence.value();
  }

  // Every file of the folder.
  std::map<std::string, std::string> Everything() const {
    std::map<std::string, std::string> files;
    for (const auto& file :
         fs::recursive_directory_iterator(fixture_.data_dir())) {
      if (file.is_regular_file()) {
        files[file.path().string()] = ReadAll(file.path());
      }
    }
    return files;
  }

  // Opens the folder with `bytes` as its newest log file. True when it came
  // up, and then everything must be there.
  bool OpenWith(const std::string& bytes, const std::string& what) {
    Restore(bytes);
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

// What a power cut may leave of the write that came next.
TEST_F(WalDamageTest, ATornTailBehindWhatWasAcknowledgedIsNoDamage) {
  constexpr uint32_t kSeed = 20261125;
  std::mt19937 random(kSeed);
  RecordProperty("seed", kSeed);
  const std::string last = good_.substr(OffsetOf(kChanges));
  for (int i = 0; i < 20; ++i) {
    const size_t size = 1 + random() % 2000;
    std::string garbage(size, '\0');
    for (char& byte : garbage) byte = static_cast<char>(random());
    // A record that begins well and then does not.
    std::string half = last;
    for (size_t at = random() % half.size(); at < half.size(); ++at) {
      half[at] = static_cast<char>(random());
    }
    for (const std::string& tail :
         {std::string(size, '\0'), garbage, half, half + garbage}) {
      EXPECT_TRUE(OpenWith(good_ + tail, absl::StrCat("tail ", i)))
          << "seed " << kSeed;
    }
  }
}

// Within the second that the watermark does not cover.
TEST_F(WalDamageTest, DamageWithMoreBehindItIsRefusedWhateverTheWatermark) {
  for (uint64_t change = 20; change < kChanges; ++change) {
    std::string bad = good_;
    bad[OffsetOf(change) + 100] ^= 1;
    Restore(bad);
    RewindWatermark(10);
    const absl::Status refused = fixture_.Open();
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kDataLoss,
                                  testing::HasSubstr("more was written")));
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kDataLoss,
                                  testing::HasSubstr(absl::StrCat(
                                      "--accept-data-loss=", change - 1))));
  }
  // The length of a record, too, by which all behind it could be overlooked.
  std::string bad = good_;
  bad[OffsetOf(30) + 5] ^= 0x40;
  Restore(bad);
  RewindWatermark(10);
  EXPECT_THAT(fixture_.Open(), StatusIs(absl::StatusCode::kDataLoss));
}

// The one thing that is not found out, as README says: it looks like a write
// that was never acknowledged.
TEST_F(WalDamageTest, DamageToTheLastWriteWithinASecondIsTakenForATornTail) {
  std::string bad = good_;
  bad[OffsetOf(kChanges) + 100] ^= 1;
  Restore(bad);
  RewindWatermark(kChanges - 1);
  ASSERT_THAT(fixture_.Open(), IsOk());
  EXPECT_EQ(Newest(), kChanges - 1);
  // One more, and it is refused.
  Restore(bad);
  RewindWatermark(kChanges);
  EXPECT_THAT(fixture_.Open(), StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(WalDamageTest, NothingIsChangedUnlessTheRightNumberIsGiven) {
  std::string bad = good_;
  bad[OffsetOf(30) + 100] ^= 1;
  Restore(bad);
  const auto before = Everything();
  EXPECT_THAT(fixture_.Open(),
              StatusIs(absl::StatusCode::kDataLoss,
                       testing::HasSubstr("--accept-data-loss=29")));
  EXPECT_EQ(Everything(), before);
  EXPECT_THAT(fixture_.Open({.accept_data_loss = Sequence(30)}),
              StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_EQ(Everything(), before);
  ASSERT_THAT(fixture_.Open({.accept_data_loss = Sequence(29)}), IsOk());
  EXPECT_EQ(Newest(), 29u);
  EXPECT_EQ(fixture_.store->epoch(), Epoch(2));
  EXPECT_THAT(fixture_.store->VerifyAll(), IsOk());
  // Once is enough.
  ASSERT_THAT(fixture_.Open(), IsOk());
  EXPECT_EQ(Newest(), 29u);
}

}  // namespace
}  // namespace courant::storage

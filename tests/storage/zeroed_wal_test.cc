#include "storage/zeroed_wal.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/wal_scan.h"
#include "tests/storage/store_fixture.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace courant::storage {
namespace {

using rocksdb::FileOptions;
using rocksdb::FSRandomRWFile;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

std::string ReadAll(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(in)), {});
}

std::string Zeros(uint64_t count) { return std::string(count, '\0'); }

// A disk on which a file has room for so many bytes. Like a real one, it writes
// as much as fits, and then says that it is full.
class SmallDisk final : public rocksdb::FileSystemWrapper {
 public:
  explicit SmallDisk(uint64_t room)
      : FileSystemWrapper(rocksdb::FileSystem::Default()), room_(room) {}

  const char* Name() const override { return "SmallDisk"; }

  IOStatus NewRandomRWFile(const std::string& name, const FileOptions& options,
                           std::unique_ptr<FSRandomRWFile>* result,
                           IODebugContext* debug) override {
    IOStatus status = target()->NewRandomRWFile(name, options, result, debug);
    if (status.ok()) {
      *result = std::make_unique<File>(*this, std::move(*result));
    }
    return status;
  }

  int failures = 0;

 private:
  class File final : public rocksdb::FSRandomRWFileOwnerWrapper {
   public:
    File(SmallDisk& disk, std::unique_ptr<FSRandomRWFile> file)
        : FSRandomRWFileOwnerWrapper(std::move(file)), disk_(disk) {}

    IOStatus Write(uint64_t offset, const Slice& data, const IOOptions& options,
                   IODebugContext* debug) override {
      const uint64_t left = offset < disk_.room_ ? disk_.room_ - offset : 0;
      const uint64_t size = std::min<uint64_t>(data.size(), left);
      IOStatus status = FSRandomRWFileOwnerWrapper::Write(
          offset, Slice(data.data(), size), options, debug);
      if (!status.ok() || size == data.size()) return status;
      ++disk_.failures;
      return IOStatus::NoSpace("the disk is full");
    }

   private:
    SmallDisk& disk_;
  };

  const uint64_t room_;
};

class ZeroedWalTest : public testing::Test {
 protected:
  void Open(std::shared_ptr<rocksdb::FileSystem> base,
            const std::string& name = "000001.log") {
    path_ = dir_.Join(name);
    ASSERT_TRUE(NewZeroedWalFileSystem(std::move(base))
                    ->NewWritableFile(path_, {}, &file_, nullptr)
                    .ok());
  }

  // Appends bytes that are no zeros, and syncs. Keeps what was written.
  IOStatus Append(size_t size) {
    const std::string data(size, static_cast<char>('a' + written_.size() % 26));
    IOStatus status = file_->Append(data, {}, nullptr);
    if (status.ok()) status = file_->Sync({}, nullptr);
    if (status.ok()) written_ += data;
    return status;
  }

  uint64_t SizeOnDisk() const { return std::filesystem::file_size(path_); }

  const TempDir dir_;
  std::string path_;
  std::unique_ptr<rocksdb::FSWritableFile> file_;
  std::string written_;
};

TEST_F(ZeroedWalTest, SmallWritesDoNotMakeTheFileLonger) {
  Open(rocksdb::FileSystem::Default());
  ASSERT_TRUE(Append(5000).ok());
  const uint64_t size = SizeOnDisk();
  EXPECT_GE(size, 5000 + kZeroStep);
  int same = 0;
  while (SizeOnDisk() == size) {
    ASSERT_EQ(ReadAll(path_), written_ + Zeros(size - written_.size()));
    ASSERT_TRUE(Append(5000).ok());
    ++same;
  }
  EXPECT_GE(same, kZeroStep / 5000);
  EXPECT_EQ(ReadAll(path_), written_ + Zeros(SizeOnDisk() - written_.size()));
}

TEST_F(ZeroedWalTest, ItsSizeIsThatOfWhatWasWritten) {
  Open(rocksdb::FileSystem::Default());
  ASSERT_TRUE(Append(100).ok());
  EXPECT_EQ(file_->GetFileSize({}, nullptr), 100u);
  ASSERT_TRUE(Append(100'000).ok());
  EXPECT_EQ(file_->GetFileSize({}, nullptr), 100'100u);
  ASSERT_TRUE(file_->Close({}, nullptr).ok());
  EXPECT_EQ(ReadAll(path_), written_);
}

TEST_F(ZeroedWalTest, ZerosAreNotWrittenForLargeWrites) {
  Open(rocksdb::FileSystem::Default());
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(Append(kSmallWrite + 1).ok());
    EXPECT_EQ(SizeOnDisk(), written_.size());
  }
  // They use zeros that are there.
  ASSERT_TRUE(Append(10).ok());
  const uint64_t size = SizeOnDisk();
  EXPECT_GT(size, written_.size());
  ASSERT_TRUE(Append(kSmallWrite + 1).ok());
  EXPECT_EQ(SizeOnDisk(), size);
  ASSERT_TRUE(Append(2 * kZeroStep).ok());
  EXPECT_EQ(ReadAll(path_), written_);
}

TEST_F(ZeroedWalTest, OtherFilesAreWrittenAsEver) {
  Open(rocksdb::FileSystem::Default(), "000001.sst");
  ASSERT_TRUE(Append(100).ok());
  EXPECT_EQ(SizeOnDisk(), 100u);
}

// Whatever fits is written, to the last byte of room, and zeros take none of
// it.
TEST_F(ZeroedWalTest, ADiskThatIsFullForZerosIsNotFullForTheWrite) {
  for (const uint64_t room : {uint64_t{20'000}, 2 * kZeroStep + 70'000}) {
    auto disk = std::make_shared<SmallDisk>(room);
    written_.clear();
    Open(disk, absl::StrCat(room, ".log"));
    while (written_.size() + 1000 <= room) ASSERT_TRUE(Append(1000).ok());
    EXPECT_EQ(ReadAll(path_), written_);
    // It is not tried for every write.
    EXPECT_LE(disk->failures, 2);
    EXPECT_TRUE(Append(1000).IsNoSpace());
    ASSERT_TRUE(file_->Close({}, nullptr).ok());
  }
}

// What a program that is killed leaves: the folder as it is, with nothing
// closed.
class KilledStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(fixture_.Open(), IsOk());
    for (int i = 0; i < 30; ++i) {
      ASSERT_THAT(fixture_.Write(absl::StrCat("a", i), "headline"), IsOk());
    }
  }

  StoreFixture fixture_;
};

TEST_F(KilledStoreTest, ALogThatEndsWithZerosIsWholeAndOpens) {
  StoreFixture killed;
  std::filesystem::copy(fixture_.data_dir(), killed.data_dir(),
                        std::filesystem::copy_options::recursive);
  uint64_t zeros = 0;
  for (const auto& file :
       std::filesystem::directory_iterator(killed.data_dir() + "/db")) {
    if (file.path().extension() != ".log") continue;
    const std::string bytes = ReadAll(file.path());
    zeros += bytes.size() - (bytes.find_last_not_of('\0') + 1);
  }
  EXPECT_GE(zeros, kZeroStep / 2);
  COURANT_ASSERT_OK_AND_ASSIGN(
      const WalScan scan,
      ScanWal(*rocksdb::FileSystem::Default(), killed.data_dir() + "/db"));
  EXPECT_TRUE(scan.whole) << scan.bad_file << " at " << scan.bad_offset;
  ASSERT_THAT(killed.Open(), IsOk());
  EXPECT_EQ(killed.store->change_log().tail().last_sequence, Sequence(30));
  EXPECT_THAT(killed.store->VerifyAll(), IsOk());
}

// A closed one is no longer than what is in it.
TEST_F(KilledStoreTest, AStoreThatIsClosedLeavesNoZeros) {
  fixture_.Close();
  for (const auto& file :
       std::filesystem::directory_iterator(fixture_.data_dir() + "/db")) {
    if (file.path().extension() != ".log") continue;
    EXPECT_LT(file.file_size(), 30u * 3000) << file.path();
  }
}

}  // namespace
}  // namespace courant::storage

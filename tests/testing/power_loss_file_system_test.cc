#include "tests/testing/power_loss_file_system.h"

#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace courant {
namespace {

using ::testing::Contains;
using ::testing::IsSubsetOf;
using ::testing::UnorderedElementsAre;

using rocksdb::IOStatus;

// How ReplaceFile() is done; the last is right.
enum class Care { kNoFileSync, kNoDirectorySync, kFull };

class PowerLossFileSystemTest : public testing::Test {
 protected:
  void SetUp() override {
    COURANT_ASSERT_OK_AND_ASSIGN(fs_, PowerLossFileSystem::Create(dir_.path()));
  }

  IOStatus SyncDirectory() {
    std::unique_ptr<rocksdb::FSDirectory> directory;
    IOStatus status = fs_->NewDirectory(dir_.path(), {}, &directory, nullptr);
    if (status.ok()) status = directory->FsyncWithDirOptions({}, nullptr, {});
    return status;
  }

  IOStatus WriteFile(const std::string& name, const std::string& content,
                     bool sync) {
    std::unique_ptr<rocksdb::FSWritableFile> file;
    IOStatus status = fs_->NewWritableFile(dir_.Join(name), {}, &file, nullptr);
    if (status.ok()) status = file->Append(content, {}, nullptr);
    if (status.ok() && sync) status = file->Fsync({}, nullptr);
    if (status.ok()) status = file->Close({}, nullptr);
    return status;
  }

  // Writes a new file and moves it over the old one.
  IOStatus ReplaceFile(const std::string& content, Care care) {
    IOStatus status = WriteFile("new", content, care != Care::kNoFileSync);
    if (status.ok()) {
      status = fs_->RenameFile(dir_.Join("new"), dir_.Join("f"), {}, nullptr);
    }
    if (status.ok() && care != Care::kNoDirectorySync) status = SyncDirectory();
    return status;
  }

  // What a program that knows nothing of the model reads; nothing if there
  // is no such file.
  std::optional<std::string> Read(const std::string& name) const {
    std::ifstream in(dir_.Join(name), std::ios::binary);
    if (!in) return std::nullopt;
    return std::string((std::istreambuf_iterator<char>(in)),
                       std::istreambuf_iterator<char>());
  }

  void Cut(uint64_t seed) {
    ASSERT_THAT(fs_->PowerLoss(seed), IsOk());
    fs_->PowerOn();
  }

  // What "f", which held "old", can hold after a ReplaceFile() that said OK.
  std::set<std::string> AfterAcknowledgedReplacement(Care care) {
    std::set<std::string> contents;
    for (uint64_t seed = 0; seed < 60; ++seed) {
      EXPECT_TRUE(ReplaceFile("old", Care::kFull).ok());
      EXPECT_TRUE(ReplaceFile("newer", care).ok());
      Cut(seed);
      contents.insert(Read("f").value_or("(missing)"));
    }
    return contents;
  }

  const TempDir dir_;
  std::shared_ptr<PowerLossFileSystem> fs_;
};

TEST_F(PowerLossFileSystemTest, AReplacementWithEverySyncIsNeverUndone) {
  EXPECT_THAT(AfterAcknowledgedReplacement(Care::kFull),
              UnorderedElementsAre("newer"));
}

TEST_F(PowerLossFileSystemTest, ARenameWithoutDirectorySyncCanBeUndone) {
  EXPECT_THAT(AfterAcknowledgedReplacement(Care::kNoDirectorySync),
              UnorderedElementsAre("old", "newer"));
}

TEST_F(PowerLossFileSystemTest, AReplacementWithoutFileSyncCanLeaveNothing) {
  EXPECT_THAT(AfterAcknowledgedReplacement(Care::kNoFileSync), Contains(""));
}

TEST_F(PowerLossFileSystemTest, AReplacementOnADiskThatLiesCanBeUndone) {
  std::set<std::string> contents;
  for (uint64_t seed = 0; seed < 60; ++seed) {
    fs_->set_ignore_sync(false);
    ASSERT_TRUE(ReplaceFile("old", Care::kFull).ok());
    fs_->set_ignore_sync(true);
    ASSERT_TRUE(ReplaceFile("newer", Care::kFull).ok());
    Cut(seed);
    contents.insert(Read("f").value_or("(missing)"));
  }
  EXPECT_THAT(contents, testing::IsSupersetOf({"old", "newer"}));
}

TEST_F(PowerLossFileSystemTest, ACutAtAnyOperationLeavesTheOldOrTheNew) {
  ASSERT_TRUE(ReplaceFile("0", Care::kFull).ok());
  std::string expected = "0";
  const uint64_t before = fs_->operations().total();
  ASSERT_TRUE(ReplaceFile("0", Care::kFull).ok());
  const uint64_t steps = fs_->operations().total() - before;
  EXPECT_EQ(steps, 5u);  // Create, append, sync, rename, directory sync.

  for (uint64_t seed = 0; seed < 20; ++seed) {
    for (uint64_t cut = 0; cut <= steps; ++cut) {
      const std::string next = std::to_string(seed * 100 + cut + 1);
      fs_->CutAfter(cut);
      const bool acknowledged = ReplaceFile(next, Care::kFull).ok();
      EXPECT_EQ(acknowledged, cut == steps);
      Cut(seed);
      const std::string found = Read("f").value_or("(missing)");
      if (found != next) {
        EXPECT_FALSE(acknowledged);
        EXPECT_EQ(found, expected);
      }
      expected = found;
    }
  }
}

TEST_F(PowerLossFileSystemTest, TheOperationThatTheCutHitsCanSurvive) {
  std::set<std::string> contents;
  for (uint64_t seed = 0; seed < 60; ++seed) {
    ASSERT_TRUE(ReplaceFile("", Care::kFull).ok());
    std::unique_ptr<rocksdb::FSWritableFile> file;
    ASSERT_TRUE(
        fs_->ReopenWritableFile(dir_.Join("f"), {}, &file, nullptr).ok());
    fs_->CutAfter(0);
    EXPECT_TRUE(file->Append("ab", {}, nullptr).IsIOError());
    EXPECT_FALSE(fs_->powered());
    Cut(seed);
    contents.insert(Read("f").value_or("(missing)"));
  }
  EXPECT_THAT(contents, UnorderedElementsAre("", "a", "ab"));
}

TEST_F(PowerLossFileSystemTest, RangeSyncMakesNothingDurable) {
  std::set<std::string> contents;
  for (uint64_t seed = 0; seed < 60; ++seed) {
    ASSERT_TRUE(ReplaceFile("", Care::kFull).ok());
    std::unique_ptr<rocksdb::FSWritableFile> file;
    ASSERT_TRUE(
        fs_->ReopenWritableFile(dir_.Join("f"), {}, &file, nullptr).ok());
    ASSERT_TRUE(file->Append("a", {}, nullptr).ok());
    ASSERT_TRUE(file->RangeSync(0, 1, {}, nullptr).ok());
    Cut(seed);
    contents.insert(Read("f").value_or("(missing)"));
  }
  EXPECT_THAT(contents, UnorderedElementsAre("", "a"));
}

TEST_F(PowerLossFileSystemTest, OverwritesAndTruncationsAreFollowed) {
  for (uint64_t seed = 0; seed < 30; ++seed) {
    ASSERT_TRUE(ReplaceFile("abcdef", Care::kFull).ok());
    std::unique_ptr<rocksdb::FSRandomRWFile> file;
    ASSERT_TRUE(fs_->NewRandomRWFile(dir_.Join("f"), {}, &file, nullptr).ok());
    ASSERT_TRUE(file->Write(2, "CD", {}, nullptr).ok());
    std::unique_ptr<rocksdb::FSWritableFile> end;
    ASSERT_TRUE(
        fs_->ReopenWritableFile(dir_.Join("f"), {}, &end, nullptr).ok());
    ASSERT_TRUE(end->Truncate(5, {}, nullptr).ok());
    ASSERT_TRUE(file->Fsync({}, nullptr).ok());
    ASSERT_TRUE(file->Write(0, "Z", {}, nullptr).ok());
    Cut(seed);
    EXPECT_THAT(Read("f"), testing::AnyOf("abCDe", "ZbCDe"));
  }
}

TEST_F(PowerLossFileSystemTest, LinksRemovalsAndDirectoriesCanBeUndone) {
  std::set<std::string> seen;
  for (uint64_t seed = 0; seed < 60; ++seed) {
    ASSERT_TRUE(ReplaceFile("x", Care::kFull).ok());
    ASSERT_TRUE(
        fs_->LinkFile(dir_.Join("f"), dir_.Join("link"), {}, nullptr).ok());
    ASSERT_TRUE(fs_->DeleteFile(dir_.Join("f"), {}, nullptr).ok());
    ASSERT_TRUE(fs_->CreateDirIfMissing(dir_.Join("d"), {}, nullptr).ok());
    Cut(seed);
    seen.insert(Read("link").has_value() ? "link" : "no link");
    seen.insert(Read("f").has_value() ? "file" : "no file");
    const bool directory = std::filesystem::exists(dir_.Join("d"));
    seen.insert(directory ? "directory" : "no directory");
    if (directory) {
      ASSERT_TRUE(fs_->DeleteDir(dir_.Join("d"), {}, nullptr).ok());
    }
    if (Read("link").has_value()) {
      ASSERT_TRUE(fs_->DeleteFile(dir_.Join("link"), {}, nullptr).ok());
    }
    ASSERT_TRUE(SyncDirectory().ok());
  }
  EXPECT_EQ(seen.size(), 6u);
}

TEST_F(PowerLossFileSystemTest, AReusedFileIsRenamedAndEmptied) {
  ASSERT_TRUE(WriteFile("old", "content", true).ok());
  std::unique_ptr<rocksdb::FSWritableFile> file;
  ASSERT_TRUE(fs_->ReuseWritableFile(dir_.Join("f"), dir_.Join("old"), {},
                                     &file, nullptr)
                  .ok());
  ASSERT_TRUE(file->Append("x", {}, nullptr).ok());
  EXPECT_EQ(Read("f"), "x");
  EXPECT_EQ(Read("old"), std::nullopt);
}

TEST_F(PowerLossFileSystemTest, WhatWasThereBeforeIsDurable) {
  const TempDir dir;
  std::filesystem::create_directories(dir.Join("a/b"));
  std::ofstream(dir.Join("a/b/f")) << "kept";
  COURANT_ASSERT_OK_AND_ASSIGN(const auto fs,
                               PowerLossFileSystem::Create(dir.path()));
  for (uint64_t seed = 0; seed < 20; ++seed) {
    ASSERT_THAT(fs->PowerLoss(seed), IsOk());
    std::ifstream in(dir.Join("a/b/f"));
    std::string content;
    in >> content;
    EXPECT_EQ(content, "kept");
  }
}

TEST_F(PowerLossFileSystemTest, EveryOperationFailsWhileThePowerIsOff) {
  ASSERT_TRUE(ReplaceFile("x", Care::kFull).ok());
  const std::string name = dir_.Join("f");
  ASSERT_THAT(fs_->PowerLoss(1), IsOk());

  std::unique_ptr<rocksdb::FSWritableFile> writable;
  std::unique_ptr<rocksdb::FSRandomRWFile> random_rw;
  std::unique_ptr<rocksdb::FSSequentialFile> sequential;
  std::unique_ptr<rocksdb::FSRandomAccessFile> random_access;
  std::unique_ptr<rocksdb::FSDirectory> directory;
  std::shared_ptr<rocksdb::Logger> logger;
  rocksdb::FileLock* lock = nullptr;
  std::vector<std::string> children;
  uint64_t size = 0;
  const std::string other = dir_.Join("g");
  const std::vector<IOStatus> statuses = {
      fs_->NewWritableFile(name, {}, &writable, nullptr),
      fs_->ReopenWritableFile(name, {}, &writable, nullptr),
      fs_->ReuseWritableFile(other, name, {}, &writable, nullptr),
      fs_->NewRandomRWFile(name, {}, &random_rw, nullptr),
      fs_->NewSequentialFile(name, {}, &sequential, nullptr),
      fs_->NewRandomAccessFile(name, {}, &random_access, nullptr),
      fs_->NewDirectory(dir_.path(), {}, &directory, nullptr),
      fs_->NewLogger(dir_.Join("LOG"), {}, &logger, nullptr),
      fs_->LockFile(dir_.Join("LOCK"), {}, &lock, nullptr),
      fs_->FileExists(name, {}, nullptr),
      fs_->GetChildren(dir_.path(), {}, &children, nullptr),
      fs_->GetFileSize(name, {}, &size, nullptr),
      fs_->RenameFile(name, other, {}, nullptr),
      fs_->RenameFile(dir_.Join("LOG"), dir_.Join("LOG.old.1"), {}, nullptr),
      fs_->LinkFile(name, other, {}, nullptr),
      fs_->DeleteFile(name, {}, nullptr),
      fs_->CreateDir(other, {}, nullptr),
      fs_->CreateDirIfMissing(dir_.path(), {}, nullptr),
      fs_->DeleteDir(dir_.path(), {}, nullptr),
  };
  for (size_t i = 0; i < statuses.size(); ++i) {
    EXPECT_TRUE(statuses[i].IsIOError()) << i << ": " << statuses[i].ToString();
    EXPECT_FALSE(statuses[i].GetRetryable()) << i;
  }
  EXPECT_EQ(Read("f"), "x");
}

TEST_F(PowerLossFileSystemTest, FilesFromBeforeTheCutStayDead) {
  ASSERT_TRUE(ReplaceFile("xyz", Care::kFull).ok());
  const std::string name = dir_.Join("f");
  std::unique_ptr<rocksdb::FSWritableFile> writable;
  std::unique_ptr<rocksdb::FSRandomRWFile> random_rw;
  std::unique_ptr<rocksdb::FSSequentialFile> sequential;
  std::unique_ptr<rocksdb::FSRandomAccessFile> random_access;
  std::unique_ptr<rocksdb::FSDirectory> directory;
  ASSERT_TRUE(fs_->ReopenWritableFile(name, {}, &writable, nullptr).ok());
  ASSERT_TRUE(fs_->NewRandomRWFile(name, {}, &random_rw, nullptr).ok());
  ASSERT_TRUE(fs_->NewSequentialFile(name, {}, &sequential, nullptr).ok());
  ASSERT_TRUE(fs_->NewRandomAccessFile(name, {}, &random_access, nullptr).ok());
  ASSERT_TRUE(fs_->NewDirectory(dir_.path(), {}, &directory, nullptr).ok());
  Cut(1);

  char scratch[8];
  rocksdb::Slice result;
  rocksdb::FSReadRequest request{};
  const std::vector<IOStatus> statuses = {
      writable->Append("x", {}, nullptr),
      writable->PositionedAppend("x", 0, {}, nullptr),
      writable->Truncate(0, {}, nullptr),
      writable->Sync({}, nullptr),
      writable->Fsync({}, nullptr),
      writable->RangeSync(0, 1, {}, nullptr),
      writable->Flush({}, nullptr),
      writable->Allocate(0, 1, {}, nullptr),
      writable->Close({}, nullptr),
      random_rw->Write(0, "x", {}, nullptr),
      random_rw->Read(0, 1, {}, &result, scratch, nullptr),
      random_rw->Sync({}, nullptr),
      random_rw->Fsync({}, nullptr),
      random_rw->Flush({}, nullptr),
      random_rw->Close({}, nullptr),
      sequential->Read(1, {}, &result, scratch, nullptr),
      sequential->PositionedRead(0, 1, {}, &result, scratch, nullptr),
      sequential->Skip(1),
      random_access->Read(0, 1, {}, &result, scratch, nullptr),
      random_access->MultiRead(&request, 1, {}, nullptr),
      random_access->Prefetch(0, 1, {}, nullptr),
      directory->Fsync({}, nullptr),
      directory->FsyncWithDirOptions({}, nullptr, {}),
      directory->Close({}, nullptr),
  };
  for (size_t i = 0; i < statuses.size(); ++i) {
    EXPECT_TRUE(statuses[i].IsIOError()) << i << ": " << statuses[i].ToString();
  }
  EXPECT_EQ(Read("f"), "xyz");
  EXPECT_TRUE(ReplaceFile("new", Care::kFull).ok());
}

TEST_F(PowerLossFileSystemTest, ASyncOfWhatIsDurableNeedsNoPower) {
  std::unique_ptr<rocksdb::FSWritableFile> synced, unsynced;
  for (auto* file : {&synced, &unsynced}) {
    const char* const name = file == &synced ? "synced" : "unsynced";
    ASSERT_TRUE(fs_->NewWritableFile(dir_.Join(name), {}, file, nullptr).ok());
    ASSERT_TRUE((*file)->Append("x", {}, nullptr).ok());
  }
  ASSERT_TRUE(synced->Fsync({}, nullptr).ok());
  ASSERT_THAT(fs_->PowerLoss(1), IsOk());
  EXPECT_TRUE(synced->Flush({}, nullptr).ok());
  EXPECT_TRUE(synced->Fsync({}, nullptr).ok());
  EXPECT_TRUE(synced->Append("y", {}, nullptr).IsIOError());
  EXPECT_TRUE(unsynced->Flush({}, nullptr).IsIOError());
  EXPECT_TRUE(unsynced->Fsync({}, nullptr).IsIOError());
}

TEST_F(PowerLossFileSystemTest, ALockIsReleasedWithoutPowerAndTakenAfterwards) {
  const std::string name = dir_.Join("LOCK");
  rocksdb::FileLock* lock = nullptr;
  ASSERT_TRUE(fs_->LockFile(name, {}, &lock, nullptr).ok());
  ASSERT_THAT(fs_->PowerLoss(1), IsOk());
  EXPECT_TRUE(fs_->UnlockFile(lock, {}, nullptr).ok());
  fs_->PowerOn();
  ASSERT_TRUE(fs_->LockFile(name, {}, &lock, nullptr).ok());
  EXPECT_TRUE(fs_->UnlockFile(lock, {}, nullptr).ok());
}

TEST_F(PowerLossFileSystemTest, CountsWhatWasDone) {
  ASSERT_TRUE(ReplaceFile("x", Care::kFull).ok());
  const DiskOperations operations = fs_->operations();
  EXPECT_EQ(operations.writes, 1u);
  EXPECT_EQ(operations.names, 2u);
  EXPECT_EQ(operations.syncs, 1u);
  EXPECT_EQ(operations.directory_syncs, 1u);
  EXPECT_EQ(operations.total(), 5u);
}

TEST_F(PowerLossFileSystemTest, OtherDirectoriesAreAnotherDisk) {
  const TempDir other;
  const std::string name = other.Join("f");
  ASSERT_THAT(fs_->PowerLoss(1), IsOk());
  std::unique_ptr<rocksdb::FSWritableFile> file;
  ASSERT_TRUE(fs_->NewWritableFile(name, {}, &file, nullptr).ok());
  EXPECT_TRUE(file->Append("x", {}, nullptr).ok());
  EXPECT_EQ(fs_->operations().total(), 0u);
}

}  // namespace
}  // namespace courant

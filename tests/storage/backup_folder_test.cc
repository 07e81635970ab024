#include "storage/backup_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "storage/base/status_macros.h"
#include "storage/half_restored.h"
#include "tests/storage/store_fixture.h"
#include "tests/testing/status_matchers.h"

namespace courant::storage {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

namespace fs = std::filesystem;

// A store, and a folder for its backups.
class BackupFolderTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(source_.Open(), IsOk());
    for (int i = 0; i < 20; ++i) Write(source_, absl::StrCat("first", i));
  }

  static void Write(StoreFixture& fixture, const std::string& id) {
    ASSERT_THAT(fixture.Write(id, "A headline").status(), IsOk());
  }

  absl::StatusOr<BackupRecord> Create() {
    COURANT_ASSIGN_OR_RETURN(const Watermark mark,
                             source_.store->CurrentWatermark());
    return folder_.Create(source_.store->database(), mark, nullptr);
  }

  // Opens what was restored from backup `id`, in a folder of its own.
  absl::Status Restore(BackupId id, StoreFixture& target,
                       Epoch above = Epoch(1)) {
    COURANT_ASSIGN_OR_RETURN(const std::vector<BackupRecord> known,
                             folder_.List());
    for (const BackupRecord& record : known) {
      if (record.id != id) continue;
      COURANT_RETURN_IF_ERROR(folder_.Verify(id));
      COURANT_RETURN_IF_ERROR(BeginRestore(target.data_dir()));
      COURANT_RETURN_IF_ERROR(
          folder_.CopyTo(id, absl::StrCat(target.data_dir(), "/db")));
      StoreOptions options;
      options.from_backup = {.mark = record.mark, .above = above};
      COURANT_RETURN_IF_ERROR(target.Open(std::move(options)));
      return EndRestore(target.data_dir());
    }
    return absl::NotFoundError("no such backup");
  }

  std::vector<fs::path> Files() const {
    std::vector<fs::path> files;
    for (const auto& entry :
         fs::recursive_directory_iterator(source_.dir.Join("backups"))) {
      if (entry.is_regular_file()) files.push_back(entry.path());
    }
    return files;
  }

  StoreFixture source_;
  const BackupFolder folder_{source_.dir.Join("backups")};
};

TEST_F(BackupFolderTest, HasNothingBeforeTheFirst) {
  COURANT_ASSERT_OK_AND_ASSIGN(const auto none, folder_.List());
  EXPECT_THAT(none, SizeIs(0));
  EXPECT_EQ(folder_.Verify(1).code(), absl::StatusCode::kNotFound);
}

TEST_F(BackupFolderTest, IsRestoredAsItWasInAnEpochAboveAll) {
  COURANT_ASSERT_OK_AND_ASSIGN(const BackupRecord made, Create());
  EXPECT_EQ(made.mark.sequence, Sequence(20));
  Write(source_, "later");
  StoreFixture target;
  ASSERT_THAT(Restore(made.id, target, Epoch(6)), IsOk());
  EXPECT_EQ(target.store->change_log().tail().last_sequence, Sequence(20));
  EXPECT_EQ(target.store->epoch(), Epoch(7));
  EXPECT_EQ(target.store->branch(), Sequence(20));
  EXPECT_EQ(target.store->log_id(), source_.store->log_id());
  EXPECT_EQ(target.HeadlineOf("first7"), "A headline");
  EXPECT_EQ(target.HeadlineOf("later"), "");
  EXPECT_THAT(target.store->VerifyAll().status(), IsOk());
  // And it is a folder like any other from now on.
  Write(target, "after");
  ASSERT_THAT(target.Open(), IsOk());
  EXPECT_EQ(target.store->epoch(), Epoch(7));
  EXPECT_EQ(target.HeadlineOf("after"), "A headline");
}

TEST_F(BackupFolderTest, SharesTablesWithTheOneBefore) {
  ASSERT_THAT(Create().status(), IsOk());
  const size_t shared = Files().size();
  Write(source_, "one more");
  COURANT_ASSERT_OK_AND_ASSIGN(const BackupRecord second, Create());
  EXPECT_GT(second.files, Files().size() - shared)
      << "everything was copied again";
  COURANT_ASSERT_OK_AND_ASSIGN(const auto all, folder_.List());
  EXPECT_THAT(all, SizeIs(2));
}

TEST_F(BackupFolderTest, IsWholeWhileOthersWrite) {
  std::atomic<bool> done{false};
  std::thread writer([&] {
    for (int i = 0; !done.load(); ++i) Write(source_, absl::StrCat("w", i));
  });
  for (int round = 0; round < 8; ++round) {
    COURANT_ASSERT_OK_AND_ASSIGN(const BackupRecord made, Create());
    StoreFixture target;
    ASSERT_THAT(Restore(made.id, target), IsOk());
    EXPECT_GE(target.store->change_log().tail().last_sequence,
              made.mark.sequence);
    EXPECT_THAT(target.store->VerifyAll().status(), IsOk());
  }
  done.store(true);
  writer.join();
}

TEST_F(BackupFolderTest, NamesTheFileThatIsDamaged) {
  COURANT_ASSERT_OK_AND_ASSIGN(const BackupRecord made, Create());
  for (const fs::path& path : Files()) {
    SCOPED_TRACE(path);
    if (fs::file_size(path) == 0) continue;
    const auto size = fs::file_size(path);
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(size / 2));
    const char byte = static_cast<char>(file.get());
    file.seekp(static_cast<std::streamoff>(size / 2));
    file.put(static_cast<char>(byte ^ 0x40));
    file.flush();
    const absl::Status status = folder_.Verify(made.id);
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
    const std::string name = path.parent_path().filename() == "meta"
                                 ? "meta/1"
                                 : path.filename().string();
    EXPECT_THAT(std::string(status.message()), HasSubstr(name));
    file.seekp(static_cast<std::streamoff>(size / 2));
    file.put(byte);
  }
  EXPECT_THAT(folder_.Verify(made.id), IsOk());
}

TEST_F(BackupFolderTest, NamesTheFileThatIsShortOrGone) {
  COURANT_ASSERT_OK_AND_ASSIGN(const BackupRecord made, Create());
  for (const fs::path& path : Files()) {
    if (path.parent_path().filename() == "meta" || fs::file_size(path) == 0) {
      continue;
    }
    SCOPED_TRACE(path);
    const std::string kept = absl::StrCat(path.string(), ".kept");
    fs::copy_file(path, kept);
    fs::resize_file(path, fs::file_size(path) - 1);
    absl::Status status = folder_.Verify(made.id);
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
    EXPECT_THAT(std::string(status.message()),
                HasSubstr(path.filename().string()));
    fs::remove(path);
    status = folder_.Verify(made.id);
    EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss) << status;
    EXPECT_THAT(std::string(status.message()),
                HasSubstr(path.filename().string()));
    fs::rename(kept, path);
  }
}

TEST_F(BackupFolderTest, PrunesTheOldest) {
  for (int i = 0; i < 3; ++i) ASSERT_THAT(Create().status(), IsOk());
  COURANT_ASSERT_OK_AND_ASSIGN(const int deleted, folder_.Prune(1));
  EXPECT_EQ(deleted, 2);
  COURANT_ASSERT_OK_AND_ASSIGN(const auto left, folder_.List());
  ASSERT_THAT(left, SizeIs(1));
  EXPECT_EQ(left.front().id, 3U);
  EXPECT_THAT(folder_.Verify(3), IsOk());
}

TEST_F(BackupFolderTest, IsOfOneLog) {
  ASSERT_THAT(Create().status(), IsOk());
  StoreFixture other;
  ASSERT_THAT(other.Open(), IsOk());
  COURANT_ASSERT_OK_AND_ASSIGN(const Watermark mark,
                               other.store->CurrentWatermark());
  EXPECT_EQ(
      folder_.Create(other.store->database(), mark, nullptr).status().code(),
      absl::StatusCode::kFailedPrecondition);
}

TEST_F(BackupFolderTest, GoesIntoAnEmptyFolderAlone) {
  COURANT_ASSERT_OK_AND_ASSIGN(const BackupRecord made, Create());
  StoreFixture target;
  ASSERT_THAT(target.Open(), IsOk());
  target.Close();
  EXPECT_EQ(Restore(made.id, target).code(),
            absl::StatusCode::kFailedPrecondition);
}

TEST_F(BackupFolderTest, IsNotOpenedBeforeARestoreHasEnded) {
  COURANT_ASSERT_OK_AND_ASSIGN(const BackupRecord made, Create());
  StoreFixture target;
  ASSERT_THAT(BeginRestore(target.data_dir()), IsOk());
  ASSERT_THAT(folder_.CopyTo(made.id, absl::StrCat(target.data_dir(), "/db")),
              IsOk());
  const absl::Status refused = target.Open();
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refused.message()), HasSubstr("cut short"));
}

}  // namespace
}  // namespace courant::storage

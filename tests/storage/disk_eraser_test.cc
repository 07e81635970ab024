// Kills an article and looks for a word of it in every byte on disk: in the
// files as they are, and in sorted files with their blocks decompressed.

#include "storage/disk_eraser.h"

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rocksdb/sst_dump_tool.h"
#include "tests/storage/store_fixture.h"
#include "tests/testing/status_matchers.h"

namespace courant::storage {
namespace {

namespace fs = std::filesystem;

constexpr char kWord[] = "Zwischenfall";
// Long enough that no look of the store's own thread comes into a test.
constexpr absl::Duration kNever = absl::Hours(1);

std::string FileBytes(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string((std::istreambuf_iterator<char>(in)), {});
}

// Every version of every key in a sorted file, as text. RocksDB's own reader of
// such files would show only the newest version of each.
std::string Decoded(const fs::path& table) {
  const std::string argument = absl::StrCat("--file=", table.string());
  const char* const arguments[] = {"sst_dump", argument.c_str(),
                                   "--command=raw"};
  testing::internal::CaptureStdout();
  const int failed = rocksdb::SSTDumpTool().Run(3, arguments);
  const std::string said = testing::internal::GetCapturedStdout();
  // RocksDB deletes what it needs no more whenever it likes.
  if (!fs::exists(table)) return "";
  EXPECT_EQ(failed, 0) << said;
  const fs::path dump =
      table.parent_path() / (table.stem().string() + "_dump.txt");
  std::string text = FileBytes(dump);
  EXPECT_FALSE(text.empty()) << dump;
  fs::remove(dump);
  // A blank is put between the characters of a value.
  std::erase(text, ' ');
  return text;
}

class DiskEraserTest : public testing::Test {
 protected:
  absl::Status Open() { return fixture_.Open({.erase_interval = kNever}); }
  void SetUp() override { ASSERT_THAT(Open(), IsOk()); }
  void TearDown() override { fixture_.Close(); }

  rocksdb::DB& db() { return fixture_.store->database().rocksdb(); }
  rocksdb::ColumnFamilyHandle* changes() {
    return fixture_.store->database().handle(Family::kChange);
  }

  // Files with the word in them, by kind.
  struct Found {
    std::vector<std::string> logs;
    std::vector<std::string> tables;
    std::vector<std::string> others;
    bool nowhere() const {
      return logs.empty() && tables.empty() && others.empty();
    }
  };
  Found Search() {
    Found found;
    std::vector<fs::path> paths;
    for (const auto& file :
         fs::recursive_directory_iterator(fixture_.data_dir())) {
      if (file.is_regular_file()) paths.push_back(file.path());
    }
    for (const fs::path& path : paths) {
      const bool table = path.extension() == ".sst";
      if (!absl::StrContains(FileBytes(path), kWord) &&
          !(table && absl::StrContains(Decoded(path), kWord))) {
        continue;
      }
      (table                        ? found.tables
       : path.extension() == ".log" ? found.logs
                                    : found.others)
          .push_back(path.string());
    }
    return found;
  }

  // Changes 1 to 6; the word is in 2 and 4.
  void Write() {
    for (const char* const text :
         {"first", kWord, "third", kWord, "fifth", "last"}) {
      ASSERT_THAT(fixture_.Write("a", text), IsOk());
    }
  }
  void Flush() {
    ASSERT_TRUE(db().Flush(rocksdb::FlushOptions(), changes()).ok());
  }
  void Kill() {
    ASSERT_THAT(fixture_.Erase("a", {Sequence(2), Sequence(4)}), IsOk());
  }
  double Owed() {
    for (const auto& family : fixture_.registry->Collect()) {
      if (family.name == "courant_erasures_owed") {
        return family.metric.at(0).gauge.value;
      }
    }
    return -1;
  }

  StoreFixture fixture_;
};

// What is let go leaves the disk as what is killed does.
TEST_F(DiskEraserTest, RemovesWhatATrimLetGo) {
  Write();
  Flush();
  EXPECT_FALSE(Search().nowhere());
  ASSERT_THAT(fixture_.Trim({Sequence(2), Sequence(4)}, Sequence(5)), IsOk());
  ASSERT_THAT(fixture_.store->EraseFromDisk(), IsOk());
  EXPECT_TRUE(Search().nowhere());
}

TEST_F(DiskEraserTest, FindsNothingWhereNothingWas) {
  EXPECT_TRUE(Search().nowhere());
  EXPECT_THAT(fixture_.store->EraseFromDisk(), IsOk());
}

TEST_F(DiskEraserTest, TakesItOutOfTheWriteAheadLog) {
  Write();
  Kill();
  EXPECT_FALSE(Search().logs.empty());
  ASSERT_THAT(fixture_.store->EraseFromDisk(), IsOk());
  EXPECT_TRUE(Search().nowhere());
}

TEST_F(DiskEraserTest, TakesItOutOfSortedFilesOfEveryLevel) {
  Write();
  Flush();
  rocksdb::CompactRangeOptions bottom;
  bottom.bottommost_level_compaction =
      rocksdb::BottommostLevelCompaction::kForce;
  ASSERT_TRUE(db().CompactRange(bottom, changes(), nullptr, nullptr).ok());
  for (int i = 0; i < 3; ++i) {
    ASSERT_THAT(fixture_.Write("b", absl::StrCat("more ", i)), IsOk());
    Flush();
  }
  EXPECT_FALSE(Search().tables.empty());
  Kill();
  Flush();
  EXPECT_FALSE(Search().tables.empty());
  ASSERT_THAT(fixture_.store->EraseFromDisk(), IsOk());
  EXPECT_TRUE(Search().nowhere());
  COURANT_ASSERT_OK_AND_ASSIGN(const VerifiedLog verified,
                               fixture_.store->VerifyAll());
  EXPECT_EQ(verified.changes, 10u);
  EXPECT_EQ(verified.erased, 2u);
}

TEST_F(DiskEraserTest, WaitsForWhoReadsAStateFromBefore) {
  Write();
  Flush();
  auto snapshot = fixture_.store->database().TakeSnapshot();
  Kill();
  EXPECT_THAT(fixture_.store->EraseFromDisk(),
              StatusIs(absl::StatusCode::kAborted));
  EXPECT_FALSE(Search().nowhere());
  EXPECT_EQ(Owed(), 1);
  snapshot = nullptr;
  ASSERT_THAT(fixture_.store->EraseFromDisk(), IsOk());
  EXPECT_TRUE(Search().nowhere());
  EXPECT_EQ(Owed(), 0);
}

// A program that ended before it had done it does it after the next start, by
// itself.
TEST_F(DiskEraserTest, IsDoneAfterARestart) {
  Write();
  Flush();
  Kill();
  fixture_.Close();
  EXPECT_FALSE(Search().nowhere());
  ASSERT_THAT(Open(), IsOk());
  const absl::Time deadline = absl::Now() + absl::Seconds(60);
  // The marker goes last.
  const auto owed = [&] {
    const auto it = fixture_.store->database().Iterate(Family::kMeta);
    it->Seek(ToSlice(kErasurePrefix));
    return it->Valid() && it->key().starts_with(ToSlice(kErasurePrefix));
  };
  while (owed() && absl::Now() < deadline) std::this_thread::yield();
  EXPECT_FALSE(owed());
  EXPECT_TRUE(Search().nowhere());
}

TEST_F(DiskEraserTest, ALogWithErasedArticlesIsWholeFromTheFirstChange) {
  Write();
  COURANT_ASSERT_OK_AND_ASSIGN(const VerifiedLog before,
                               fixture_.store->VerifyAll());
  EXPECT_EQ(before.articles, 6u);
  EXPECT_EQ(before.frames, 6u);
  Kill();
  ASSERT_THAT(fixture_.store->EraseFromDisk(), IsOk());
  ASSERT_THAT(Open(), IsOk());
  COURANT_ASSERT_OK_AND_ASSIGN(const VerifiedLog after,
                               fixture_.store->VerifyAll());
  EXPECT_EQ(after.last_sequence, Sequence(7));
  EXPECT_EQ(after.articles, 5u);
  EXPECT_EQ(after.erased, 2u);
}

}  // namespace
}  // namespace courant::storage

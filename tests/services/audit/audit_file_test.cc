#include "services/audit/audit_file.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/services/audit/audit_files.h"
#include "tests/services/audit/full_disk.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace courant {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

class AuditFileTest : public testing::Test {
 protected:
  absl::Status Open(int64_t max_bytes = 1 << 20) {
    file_ = nullptr;
    auto opened =
        AuditFile::Open(path_, max_bytes, absl::FromUnixSeconds(2'000'000));
    if (opened.ok()) file_ = *std::move(opened);
    return opened.status();
  }
  // So many more records, and a sync.
  absl::Status Write(int count) {
    for (int i = 0; i < count; ++i) {
      file_->Add({.event = "call",
                  .who = "desk/kim",
                  .resource = absl::StrCat("articles/", ++written_)});
    }
    return file_->Sync();
  }
  void Append(const std::string& bytes) {
    std::ofstream file(path_, std::ios::binary | std::ios::app);
    file << bytes;
  }

  TempDir folder_;
  const std::string path_ = folder_.Join("audit.jsonl");
  std::unique_ptr<AuditFile> file_;
  int written_ = 0;
};

TEST_F(AuditFileTest, IsMadeForTheOwnerAloneAndGoesOnWhenOpenedAgain) {
  ASSERT_THAT(Open(), IsOk());
  EXPECT_EQ(
      std::filesystem::status(path_).permissions(),
      std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  ASSERT_THAT(Write(3), IsOk());
  ASSERT_THAT(Open(), IsOk());
  ASSERT_THAT(Write(2), IsOk());
  COURANT_ASSERT_OK_AND_ASSIGN(const AuditSummary seen, VerifyFiles(path_));
  EXPECT_EQ(seen.records, 5);
  EXPECT_EQ(seen.last, file_->head());
}

TEST_F(AuditFileTest, AFullOneIsPutAsideAndTheChainGoesOn) {
  ASSERT_THAT(Open(/*max_bytes=*/2000), IsOk());
  for (int i = 0; i < 40; ++i) {
    ASSERT_THAT(Write(1), IsOk());
    // Also across a start, wherever that falls.
    if (i % 3 == 0) {
      ASSERT_THAT(Open(2000), IsOk());
    }
  }
  const auto files = AuditFilesOf(path_);
  EXPECT_GT(files.size(), 4);
  for (const std::string& file : files) {
    EXPECT_LT(std::filesystem::file_size(file), 2400) << file;
  }
  COURANT_ASSERT_OK_AND_ASSIGN(const AuditSummary seen, VerifyFiles(path_));
  EXPECT_EQ(seen.records, 40);
}

TEST_F(AuditFileTest, ACrashWhileItIsPutAsideIsMadeGood) {
  ASSERT_THAT(Open(), IsOk());
  ASSERT_THAT(Write(3), IsOk());
  file_ = nullptr;
  // It has two names by then.
  ASSERT_EQ(link(path_.c_str(), absl::StrCat(path_, ".000000000003").c_str()),
            0);
  ASSERT_THAT(Open(), IsOk());
  EXPECT_THAT(AuditFilesOf(path_), SizeIs(1));
  ASSERT_THAT(Write(1), IsOk());
  COURANT_ASSERT_OK_AND_ASSIGN(const AuditSummary seen, VerifyFiles(path_));
  EXPECT_EQ(seen.records, 4);
}

TEST_F(AuditFileTest, HalfALineIsKeptAndToldOf) {
  for (const std::string& torn :
       {std::string("{\"n\":4,\"time\":\"2026"), std::string("x\n"),
        std::string("\0\0\0\n\n", 5), std::string("\n")}) {
    std::filesystem::remove(path_);
    ASSERT_THAT(Open(), IsOk());
    ASSERT_THAT(Write(3), IsOk());
    const std::string before = ReadWhole(path_);
    Append(torn);
    ASSERT_THAT(Open(), IsOk());
    ASSERT_THAT(Write(1), IsOk());
    EXPECT_THAT(ReadWhole(path_), testing::StartsWith(before + torn));
    COURANT_ASSERT_OK_AND_ASSIGN(const AuditSummary seen, VerifyFiles(path_));
    EXPECT_EQ(seen.records, 5);
    EXPECT_EQ(seen.torn, 1);
  }
}

TEST_F(AuditFileTest, WhateverIsCutOffByACrashTheChainGoesOn) {
  ASSERT_THAT(Open(), IsOk());
  ASSERT_THAT(Write(3), IsOk());
  const std::string whole = ReadWhole(path_);
  const size_t two = whole.rfind('\n', whole.size() - 2) + 1;
  for (size_t size = two; size < whole.size(); ++size) {
    std::filesystem::resize_file(path_, size);
    ASSERT_THAT(Open(), IsOk());
    ASSERT_THAT(Write(1), IsOk());
    COURANT_ASSERT_OK_AND_ASSIGN(const AuditSummary seen, VerifyFiles(path_));
    // Two records and no more, or three and no line break.
    const bool is_whole = size == two || size + 1 == whole.size();
    EXPECT_EQ(seen.torn, is_whole ? 0 : 1) << size;
    file_ = nullptr;
    std::ofstream(path_, std::ios::binary) << whole;
  }
}

TEST_F(AuditFileTest, WhatIsNoAuditLogIsNotWrittenTo) {
  std::ofstream(path_) << "somebody's notes\n";
  EXPECT_THAT(Open(), StatusIs(absl::StatusCode::kInvalidArgument,
                               HasSubstr("is no audit log")));
  EXPECT_EQ(ReadWhole(path_), "somebody's notes\n");
  std::filesystem::remove(path_);
  std::filesystem::create_directory(path_);
  EXPECT_THAT(Open(), StatusIs(absl::StatusCode::kInvalidArgument,
                               HasSubstr("audit.file: ")));
}

TEST_F(AuditFileTest, OneServerWritesIt) {
  ASSERT_THAT(Open(), IsOk());
  EXPECT_THAT(AuditFile::Open(path_, 1 << 20, absl::Now()).status(),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("another")));
}

TEST_F(AuditFileTest, AfterAFullDiskNothingIsMissingAndNothingIsTwice) {
  ASSERT_THAT(Open(), IsOk());
  ASSERT_THAT(Write(3), IsOk());
  const std::string before = ReadWhole(path_);
  for (const size_t room : {0, 1, 100, 700}) {
    FullDisk full(before.size() + room);
    EXPECT_THAT(Write(4), StatusIs(absl::StatusCode::kUnavailable,
                                   HasSubstr("File too large")));
    EXPECT_EQ(file_->Write().code(), absl::StatusCode::kUnavailable);
    EXPECT_GT(file_->unsynced_bytes(), 0);
  }
  ASSERT_THAT(file_->Sync(), IsOk());
  EXPECT_EQ(file_->unsynced_bytes(), 0);
  EXPECT_THAT(ReadWhole(path_), testing::StartsWith(before));
  COURANT_ASSERT_OK_AND_ASSIGN(const AuditSummary seen, VerifyFiles(path_));
  EXPECT_EQ(seen.records, 19);
  EXPECT_EQ(seen.torn, 0);
}

TEST_F(AuditFileTest, ACrashWhileTheDiskIsFullLeavesATornLine) {
  ASSERT_THAT(Open(), IsOk());
  ASSERT_THAT(Write(3), IsOk());
  {
    FullDisk full(std::filesystem::file_size(path_) + 100);
    EXPECT_EQ(Write(1).code(), absl::StatusCode::kUnavailable);
    file_ = nullptr;
  }
  ASSERT_THAT(Open(), IsOk());
  ASSERT_THAT(Write(1), IsOk());
  COURANT_ASSERT_OK_AND_ASSIGN(const AuditSummary seen, VerifyFiles(path_));
  EXPECT_EQ(seen.records, 5);
  EXPECT_EQ(seen.torn, 1);
}

}  // namespace
}  // namespace courant

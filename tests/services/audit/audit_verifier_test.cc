#include "services/audit/chain/audit_verifier.h"

#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class AuditVerifierTest : public testing::Test {
 protected:
  AuditVerifierTest() { Write(10); }

  // So many more records, each about an article of its own.
  void Write(int count) {
    for (int i = 0; i < count; ++i) {
      Add({.event = "call",
           .who = "desk/kim",
           .resource = absl::StrCat("articles/", lines_.size())});
    }
  }
  void Add(AuditRecord record) {
    record.time = absl::FromUnixSeconds(1'000'000 + last_.number);
    lines_.push_back(AuditLine(record, last_, &last_));
  }

  static absl::Status Verify(const std::vector<std::string>& files,
                             AuditSummary* summary = nullptr,
                             const std::string& head = "") {
    AuditVerifier verifier(head);
    for (size_t i = 0; i < files.size(); ++i) {
      std::istringstream in(files[i]);
      absl::Status read = verifier.Read(absl::StrCat("file", i + 1), in);
      if (!read.ok()) return read;
    }
    absl::Status end = verifier.Finish();
    if (summary != nullptr) *summary = verifier.summary();
    return end;
  }
  std::string Text() const { return absl::StrJoin(lines_, ""); }

  std::vector<std::string> lines_;
  AuditLink last_;
};

void ExpectFault(const absl::Status& found, const std::string& where,
                 const std::string& what) {
  EXPECT_EQ(found.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(found.message()),
              testing::AllOf(StartsWith(where + ": "), HasSubstr(what)));
}

TEST_F(AuditVerifierTest, AWholeChainIsOk) {
  AuditSummary summary;
  ASSERT_THAT(Verify({Text()}, &summary), IsOk());
  EXPECT_EQ(summary.records, 10);
  EXPECT_EQ(summary.first_number, 1);
  EXPECT_EQ(summary.first_prev, std::string(64, '0'));
  EXPECT_EQ(summary.first_time, "1970-01-12T13:46:40.000000+00:00");
  EXPECT_EQ(summary.last_time, "1970-01-12T13:46:49.000000+00:00");
  EXPECT_EQ(summary.last, last_);
  EXPECT_EQ(summary.torn, 0);
}

TEST_F(AuditVerifierTest, ItGoesOnAcrossFiles) {
  const std::string text = Text();
  const size_t cut = lines_[0].size() + lines_[1].size();
  ASSERT_THAT(Verify({text.substr(0, cut), text.substr(cut)}), IsOk());
  ExpectFault(Verify({text.substr(cut), text.substr(0, cut)}), "file2:1",
              "wrong order");
  // Without the older one it says from where it goes on.
  AuditSummary summary;
  ASSERT_THAT(Verify({text.substr(cut)}, &summary), IsOk());
  EXPECT_EQ(summary.first_number, 3);
}

TEST_F(AuditVerifierTest, ADroppedLineIsFound) {
  for (size_t i = 1; i + 1 < 10; ++i) {
    auto lines = lines_;
    lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(i));
    ExpectFault(Verify({absl::StrJoin(lines, "")}),
                absl::StrCat("file1:", i + 1), "dropped");
  }
}

TEST_F(AuditVerifierTest, AnEditedLineIsFound) {
  for (size_t i = 0; i < 10; ++i) {
    auto lines = lines_;
    lines[i].replace(lines[i].find("kim"), 3, "lee");
    ExpectFault(Verify({absl::StrJoin(lines, "")}),
                absl::StrCat("file1:", i + 1), "edited");
  }
}

TEST_F(AuditVerifierTest, SwappedLinesAreFound) {
  for (size_t i = 1; i + 1 < 10; ++i) {
    auto lines = lines_;
    std::swap(lines[i], lines[i + 1]);
    ExpectFault(Verify({absl::StrJoin(lines, "")}),
                absl::StrCat("file1:", i + 1), "moved");
  }
}

TEST_F(AuditVerifierTest, ALineThatWasMadeAnewDoesNotFit) {
  // With a right hash of its own, and everything behind it as it was.
  auto lines = lines_;
  AuditLink after;
  lines[4] = AuditLine(
      {.event = "call", .who = "desk/lee"},
      ReadAuditLine(absl::string_view(lines[3]).substr(0, lines[3].size() - 1))
          ->link(),
      &after);
  ExpectFault(Verify({absl::StrJoin(lines, "")}), "file1:6", "replaced");
}

TEST_F(AuditVerifierTest, ASplicedEndOfAnotherLogIsFound) {
  auto lines = lines_;
  AuditLink other;
  for (size_t i = 0; i < 10; ++i) {
    const std::string line =
        AuditLine({.event = "call", .who = "desk/lee"}, other, &other);
    if (i >= 5) lines[i] = line;
  }
  ExpectFault(Verify({absl::StrJoin(lines, "")}), "file1:6", "another log");
}

TEST_F(AuditVerifierTest, ALineCutShortIsFoundAtAnyByte) {
  const std::string text = Text();
  for (size_t i = 1; i < lines_.back().size(); ++i) {
    ExpectFault(Verify({text.substr(0, text.size() - i)}), "file1:10",
                "cut short");
  }
}

TEST_F(AuditVerifierTest, ACutEndIsFoundByAHashThatWasSeenBefore) {
  const std::string head = last_.hash;
  AuditSummary summary;
  ASSERT_THAT(Verify({Text()}, &summary, head), IsOk());
  EXPECT_EQ(summary.after_head, 0);
  lines_.pop_back();
  ASSERT_THAT(Verify({Text()}), IsOk());
  ExpectFault(Verify({Text()}, nullptr, head), "file1:9", "cut off");
}

TEST_F(AuditVerifierTest, WhatCameAfterTheHeadIsCounted) {
  const std::string head = last_.hash;
  Write(3);
  AuditSummary summary;
  ASSERT_THAT(Verify({Text()}, &summary, head), IsOk());
  EXPECT_EQ(summary.after_head, 3);
}

TEST_F(AuditVerifierTest, ATornLineIsKeptAndToldByTheNext) {
  for (const std::string& torn :
       {std::string("{\"n\":11,\"ti"), std::string("\n\na\n"), std::string(),
        std::string("\0\0\n", 3)}) {
    auto lines = lines_;
    AuditLink after;
    lines.push_back(torn + "\n");
    lines.push_back(
        AuditLine({.event = "torn", .torn = TornFacts(torn)}, last_, &after));
    AuditSummary summary;
    ASSERT_THAT(Verify({absl::StrJoin(lines, "")}, &summary), IsOk()) << torn;
    EXPECT_EQ(summary.torn, 1);
    EXPECT_EQ(summary.last, after);
    // Nothing else can stand there afterwards.
    lines[10] = torn + "x\n";
    ExpectFault(Verify({absl::StrJoin(lines, "")}), "file1:11",
                "is not a record");
    lines.erase(lines.begin() + 10);
    ExpectFault(Verify({absl::StrJoin(lines, "")}), "file1:11", "torn");
  }
}

TEST_F(AuditVerifierTest, ARecordCannotBeCalledTornLater) {
  // Somebody edits line 5 and puts such a record behind it: then the ones that
  // follow do not.
  auto lines = lines_;
  AuditLink before =
      ReadAuditLine(absl::string_view(lines[3]).substr(0, lines[3].size() - 1))
          ->link();
  lines[4] = "edited\n";
  lines[5] = AuditLine({.event = "torn", .torn = TornFacts("edited")}, before,
                       &before);
  ExpectFault(Verify({absl::StrJoin(lines, "")}), "file1:7", "dropped");
}

TEST_F(AuditVerifierTest, AnyOtherFileIsRefusedAtItsFirstLine) {
  ExpectFault(Verify({"hello\n" + Text()}), "file1:1", "is not a record");
  ExpectFault(Verify({std::string(3 << 20, 'x')}), "file1:1", "too long");
  ASSERT_THAT(Verify({""}), IsOk());
}

}  // namespace
}  // namespace courant

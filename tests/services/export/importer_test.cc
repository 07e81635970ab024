#include "services/export/importer.h"

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/export/export_line.h"
#include "services/export/exporter.h"
#include "storage/digest.h"
#include "tests/storage/store_fixture.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using storage::v1::ExportHeader;
using storage::v1::ExportLine;
using testing::HasSubstr;

constexpr size_t kNever = std::numeric_limits<size_t>::max();

class ImporterTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(source_.Open(), IsOk());
    for (const char* const id : {"a", "b", "a"}) {
      ASSERT_THAT(source_.Write(id, "20일 대조기"), IsOk());
    }
    ASSERT_THAT(WriteExport(
                    *source_.store,
                    [&](absl::string_view line) {
                      lines_.emplace_back(line.substr(0, line.size() - 1));
                      return absl::OkStatus();
                    },
                    [](const ExportCounts&, Sequence) {}),
                IsOk());
  }

  // Of a source that gives a few bytes at a time, and fails at one of them.
  absl::StatusOr<ImportedLog> Import(size_t fails_at = kNever) {
    const std::string text = absl::StrCat(absl::StrJoin(lines_, "\n"), "\n");
    size_t at = 0;
    return ReadExport(
        [&](absl::Span<char> into) -> absl::StatusOr<size_t> {
          if (at >= fails_at) return absl::UnavailableError("the disk is ill");
          const size_t given =
              text.copy(into.data(), std::min<size_t>(into.size(), 7), at);
          at += given;
          return given;
        },
        target_.data_dir(), {}, [](const ExportCounts&, Sequence) {});
  }

  // Another header, with a check that is right.
  void WriteHeader(ExportHeader header) {
    header.set_check(CheckOf(header));
    ExportLine line;
    *line.mutable_header() = std::move(header);
    lines_.front() = *written_.Encode(line);
  }

  ExportHeader header() const {
    return DecodeExportLine(lines_.front())->header();
  }

  // An end line that goes with the header that is there now.
  void TieTheEnd() {
    storage::ChainDigest digest;
    for (size_t i = 1; i + 1 < lines_.size(); ++i) {
      digest = digest.Extend(lines_[i]);
    }
    ExportLine line = *DecodeExportLine(lines_.back());
    line.mutable_end()->set_header(
        std::string(digest.Extend(lines_.front()).bytes()));
    lines_.back() = *written_.Encode(line);
  }

  const ExportLines written_;
  storage::StoreFixture source_;
  storage::StoreFixture target_;
  std::vector<std::string> lines_;
};

TEST_F(ImporterTest, TakesWhatComesInPieces) {
  COURANT_ASSERT_OK_AND_ASSIGN(const ImportedLog log, Import());
  EXPECT_EQ(log.mark.sequence, Sequence(3));
  EXPECT_EQ(log.counts.lines, lines_.size());
}

TEST_F(ImporterTest, AReadThatFailsIsNotTakenForTheEnd) {
  EXPECT_THAT(Import(0), StatusIs(absl::StatusCode::kUnavailable,
                                  HasSubstr("the disk is ill")));
  EXPECT_FALSE(std::filesystem::exists(target_.data_dir()));
  EXPECT_THAT(Import(lines_.front().size() + 20),
              StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(ImporterTest, TheHeaderOfAnotherExportDoesNotGoWithTheLines) {
  ExportHeader other = header();
  other.mutable_format()->set_token_key(std::string(32, 'k'));
  WriteHeader(other);
  EXPECT_THAT(Import(), StatusIs(absl::StatusCode::kDataLoss,
                                 HasSubstr("does not go with the header")));
}

TEST_F(ImporterTest, TheHeaderHasTheDigestOfTheNewestChange) {
  ExportHeader other = header();
  other.set_chain("0123456789abcdef");
  WriteHeader(other);
  TieTheEnd();
  EXPECT_THAT(Import(),
              StatusIs(absl::StatusCode::kDataLoss,
                       HasSubstr(absl::StrCat("line ", lines_.size(),
                                              ": does not go with"))));
}

TEST_F(ImporterTest, AnEndThatWasTiedAgainIsTaken) {
  const std::string before = lines_.back();
  TieTheEnd();
  EXPECT_EQ(lines_.back(), before);
  EXPECT_THAT(Import(), IsOk());
}

TEST_F(ImporterTest, RefusesEpochsThatCannotBe) {
  const ExportHeader whole = header();
  // The newest is not among them; one began with a later one; one is twice.
  ExportHeader wrong = whole;
  wrong.set_epoch(2);
  std::vector<ExportHeader> all = {wrong};
  wrong.add_epochs()->set_epoch(2);
  wrong.mutable_epochs(0)->set_parent(2);
  all.push_back(wrong);
  wrong.mutable_epochs(0)->set_parent(1);
  *wrong.add_epochs() = wrong.epochs(0);
  all.push_back(wrong);
  wrong = whole;
  wrong.clear_epoch();
  all.push_back(wrong);
  for (const ExportHeader& header : all) {
    WriteHeader(header);
    TieTheEnd();
    EXPECT_THAT(Import(), StatusIs(absl::StatusCode::kDataLoss,
                                   HasSubstr("line 1: has epochs")));
  }
  EXPECT_FALSE(std::filesystem::exists(target_.data_dir()));
}

}  // namespace
}  // namespace courant

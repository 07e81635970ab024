// What a change that lets old texts go leaves, and what it takes.

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/backup_folder.h"
#include "storage/embedded_log.h"
#include "storage/errors/reason.h"
#include "storage/half_restored.h"
#include "storage/view.h"
#include "tests/storage/store_fixture.h"
#include "tests/testing/status_matchers.h"

namespace courant::storage {
namespace {

using testing::HasSubstr;

constexpr absl::Time kSince = absl::FromUnixSeconds(1'700'000'000);

class TrimTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(fixture_.Open(), IsOk());
    // Changes 1 to 5: three revisions of "a", two of "b".
    for (const char* const id : {"a", "b", "a", "b", "a"}) {
      ASSERT_THAT(fixture_.Write(id, absl::StrCat("words of ", id), RequestId(),
                                 "print"),
                  IsOk());
    }
  }
  void TearDown() override { fixture_.Close(); }

  std::string RequestId() { return absl::StrCat("request-", ++requests_); }

  // As change 6: lets 1 and 3 go.
  void Trim() {
    COURANT_ASSERT_OK_AND_ASSIGN(
        const Committed trim,
        fixture_.Trim({Sequence(1), Sequence(3)}, Sequence(5), kSince));
    ASSERT_EQ(trim.sequence, Sequence(6));
  }

  absl::StatusOr<std::string> Article(uint64_t sequence) {
    return View(fixture_.store->database())
        .ReadArticleBytes(Sequence(sequence));
  }

  // All that is promised after Trim().
  void ExpectTrimmed() {
    const ChangeLog& log = fixture_.store->change_log();
    EXPECT_EQ(log.floor(), Sequence(5));
    EXPECT_EQ(log.begin(), Sequence(1));
    EXPECT_EQ(log.history().kept_since, kSince);
    for (const uint64_t sequence : {1, 3}) {
      const absl::Status gone = Article(sequence).status();
      EXPECT_EQ(ReasonOf(gone), courant::v1::REVISION_NOT_KEPT) << gone;
      EXPECT_THAT(gone, StatusIs(absl::StatusCode::kNotFound,
                                 HasSubstr("let go by change 6")));
      EXPECT_EQ(LetGoBy(gone), Sequence(6));
      EXPECT_EQ(ErasedBy(gone), std::nullopt);
    }
    for (const uint64_t sequence : {2, 4, 5}) {
      EXPECT_THAT(Article(sequence), IsOkAndHolds(HasSubstr("words of")));
    }
    COURANT_ASSERT_OK_AND_ASSIGN(const VerifiedLog whole,
                                 fixture_.store->VerifyAll());
    EXPECT_EQ(whole.erased, 2u);
    EXPECT_EQ(whole.changes, 6u);
    EXPECT_EQ(ReasonOf(log.CheckKept(Sequence(3))),
              courant::v1::RESUME_TOKEN_EXPIRED);
    EXPECT_THAT(log.CheckKept(Sequence(4)), IsOk());
    // Who knows what he reads can read, and compare, all of it.
    COURANT_ASSERT_OK_AND_ASSIGN(const auto all, log.Read({}, {}));
    EXPECT_EQ(all.size(), 6u);
    for (const SharedEntry& entry : all) {
      EXPECT_THAT(log.DigestAt(entry->sequence()), IsOkAndHolds(entry->chain));
    }
  }

  StoreFixture fixture_;
  int requests_ = 0;
};

TEST_F(TrimTest, NothingIsLetGoBefore) {
  EXPECT_EQ(fixture_.store->change_log().floor(), Sequence(1));
  EXPECT_EQ(fixture_.store->change_log().history(), History());
}

TEST_F(TrimTest, LetsTextsGoAndKeepsTheRest) {
  Trim();
  ExpectTrimmed();
}

TEST_F(TrimTest, StaysSoThroughARestart) {
  Trim();
  ASSERT_THAT(fixture_.Open(), IsOk());
  ExpectTrimmed();
}

TEST_F(TrimTest, StaysSoInABackup) {
  Trim();
  const BackupFolder folder(fixture_.dir.Join("backups"));
  COURANT_ASSERT_OK_AND_ASSIGN(const Watermark mark,
                               fixture_.store->CurrentWatermark());
  COURANT_ASSERT_OK_AND_ASSIGN(
      const BackupRecord record,
      folder.Create(fixture_.store->database(), mark, nullptr));
  fixture_.Close();
  StoreFixture restored;
  ASSERT_THAT(BeginRestore(restored.data_dir()), IsOk());
  ASSERT_THAT(folder.CopyTo(record.id, restored.data_dir() + "/db"), IsOk());
  StoreOptions options;
  options.from_backup = {.mark = record.mark, .above = Epoch(1)};
  ASSERT_THAT(restored.Open(std::move(options)), IsOk());
  EXPECT_EQ(restored.store->change_log().floor(), Sequence(5));
  EXPECT_THAT(restored.store->VerifyAll().status(), IsOk());
  restored.Close();
}

TEST_F(TrimTest, TheNextOneIsARevisionOfTheSame) {
  Trim();
  ASSERT_THAT(fixture_.Trim({Sequence(2)}, Sequence(6), kSince), IsOk());
  EXPECT_EQ(fixture_.store->change_log().floor(), Sequence(6));
  const View view(fixture_.store->database());
  COURANT_ASSERT_OK_AND_ASSIGN(const auto row, view.FindArticle(kHistoryId));
  ASSERT_TRUE(row.has_value());
  EXPECT_EQ(row->revision(), 2);
  EXPECT_EQ(LetGoBy(Article(2).status()), Sequence(7));
}

TEST_F(TrimTest, ARetryOfWhatWasLetGoGetsTheNewest) {
  Trim();
  COURANT_ASSERT_OK_AND_ASSIGN(
      const Committed again,
      fixture_.Write("a", "words of a", "request-1", "print"));
  EXPECT_TRUE(again.replayed);
  EXPECT_EQ(again.sequence, Sequence(1));
  courant::v1::Article article;
  ASSERT_TRUE(article.ParseFromString(again.article));
  EXPECT_EQ(article.revision(), 3);
}

// And what was let go is killed as well: that is told from then on.
TEST_F(TrimTest, AKillOfWhatWasLetGoTakesAll) {
  Trim();
  ASSERT_THAT(fixture_.Erase("a", {Sequence(1), Sequence(3), Sequence(5)}),
              IsOk());
  EXPECT_EQ(ErasedBy(Article(1).status()), Sequence(7));
  EXPECT_EQ(ErasedBy(Article(5).status()), Sequence(7));
  EXPECT_THAT(fixture_.store->VerifyAll().status(), IsOk());
  ASSERT_THAT(fixture_.store->EraseFromDisk(), IsOk());
}

// The same on every node; and a program that does not know it refuses it.
TEST_F(TrimTest, FollowsFromTheFramesAlone) {
  Trim();
  COURANT_ASSERT_OK_AND_ASSIGN(
      std::vector<Frame> frames,
      EmbeddedLog::Open(const_cast<Database&>(fixture_.store->database()))
          .value()
          ->Read(FrameIndex(1), 1 << 20));
  EXPECT_EQ(frames.back().header.min_reader_level(), 4u);
  COURANT_ASSERT_OK_AND_ASSIGN(const auto other,
                               Database::Open(fixture_.dir.Join("other"), {}));
  Applier applier(*other, Tail());
  for (Frame& frame : frames) {
    ASSERT_THAT(applier.Apply(std::move(frame)), IsOk());
  }
  EXPECT_EQ(applier.history(), fixture_.store->applier().history());
  const auto theirs = other->Iterate(Family::kChange);
  const auto ours = fixture_.store->database().Iterate(Family::kChange);
  theirs->SeekToFirst();
  for (ours->SeekToFirst(); ours->Valid(); ours->Next(), theirs->Next()) {
    ASSERT_TRUE(theirs->Valid());
    EXPECT_EQ(theirs->value(), ours->value());
  }
}

TEST_F(TrimTest, IsInNoListOfArticles) {
  Trim();
  COURANT_ASSERT_OK_AND_ASSIGN(ArticleScan scan,
                               fixture_.store->change_log().ScanArticles());
  std::vector<std::string> ids;
  for (scan.SeekAfter(""); scan.Valid(); scan.Next()) {
    ids.push_back(scan.article_id());
  }
  EXPECT_THAT(ids, testing::ElementsAre("a", "b"));
  const auto index = fixture_.store->database().Iterate(Family::kArticleIndex);
  for (index->SeekToFirst(); index->Valid(); index->Next()) {
    EXPECT_FALSE(absl::EndsWith(FromSlice(index->key()), kHistoryId));
  }
}

}  // namespace
}  // namespace courant::storage

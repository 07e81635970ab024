#include "storage/log_verifier.h"

#include <functional>
#include <string>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/embedded_log.h"
#include "storage/frame_store.h"
#include "tests/storage/store_fixture.h"
#include "tests/testing/status_matchers.h"

namespace courant::storage {
namespace {

using testing::HasSubstr;

class LogVerifierTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(fixture_.Open(), IsOk());
    for (int i = 1; i <= 6; ++i) {
      ASSERT_THAT(fixture_.Write("a", absl::StrCat("text ", i)), IsOk());
    }
    ASSERT_THAT(fixture_.Erase("a", {Sequence(2)}), IsOk());
  }

  absl::StatusOr<VerifiedLog> Verify() { return fixture_.store->VerifyAll(); }

  // Writes a change behind the program's back.
  void Rewrite(uint64_t sequence, const std::function<void(Entry&)>& edit) {
    const Database& database = fixture_.store->database();
    COURANT_ASSERT_OK_AND_ASSIGN(
        const auto bytes,
        database.Get(Family::kChange, EncodeNumber(sequence)));
    COURANT_ASSERT_OK_AND_ASSIGN(Entry entry, DecodeEntry(*bytes));
    edit(entry);
    ASSERT_TRUE(
        database.rocksdb()
            .Put(rocksdb::WriteOptions(), database.handle(Family::kChange),
                 ToSlice(EncodeNumber(sequence)), ToSlice(EncodeEntry(entry)))
            .ok());
  }

  void ExpectWrong(uint64_t sequence) {
    EXPECT_THAT(Verify(),
                StatusIs(absl::StatusCode::kDataLoss,
                         HasSubstr(absl::StrCat("change ", sequence, " "))));
  }

  StoreFixture fixture_;
};

TEST_F(LogVerifierTest, FindsAWholeLogWhole) {
  COURANT_ASSERT_OK_AND_ASSIGN(const VerifiedLog verified, Verify());
  EXPECT_EQ(verified.last_sequence, Sequence(7));
  EXPECT_EQ(verified.changes, 7u);
  EXPECT_EQ(verified.articles, 6u);
  EXPECT_EQ(verified.erased, 1u);
  EXPECT_EQ(verified.frames, 7u);
}

TEST_F(LogVerifierTest, FindsAnotherArticle) {
  Rewrite(3, [](Entry& entry) { entry.article.back() ^= 1; });
  ExpectWrong(3);
}

TEST_F(LogVerifierTest, FindsAnotherFact) {
  Rewrite(4, [](Entry& entry) { entry.facts_bytes.append("\x2a\x01x"); });
  ExpectWrong(4);
}

TEST_F(LogVerifierTest, FindsAMissingChange) {
  const Database& database = fixture_.store->database();
  ASSERT_TRUE(database.rocksdb()
                  .Delete(rocksdb::WriteOptions(),
                          database.handle(Family::kChange),
                          ToSlice(EncodeNumber(5)))
                  .ok());
  ExpectWrong(5);
}

TEST_F(LogVerifierTest, FindsAnArticleThatNobodyTookAway) {
  Rewrite(3, [](Entry& entry) {
    entry = WithoutArticle(std::move(entry), Sequence(6));
  });
  ExpectWrong(3);
}

TEST_F(LogVerifierTest, FindsAnArticleThatIsBack) {
  Rewrite(2, [&](Entry& entry) {
    entry.erased_by = Sequence(0);
    entry.article = "back";
    entry.facts.set_article_sha256(Sha256("back"));
  });
  ExpectWrong(2);
}

TEST_F(LogVerifierTest, FindsAFrameThatEndsElsewhere) {
  const Database& database = fixture_.store->database();
  COURANT_ASSERT_OK_AND_ASSIGN(auto header,
                               LoadHeader(database, FrameIndex(4)));
  header->set_digest(std::string(16, 'x'));
  ASSERT_TRUE(database.rocksdb()
                  .Put(rocksdb::WriteOptions(), database.handle(Family::kFrame),
                       ToSlice(EncodeNumber(4)),
                       ToSlice(header->SerializeAsString()))
                  .ok());
  ExpectWrong(4);
}

// Control frames are chained too, and the next change follows them.
TEST_F(LogVerifierTest, KnowsControlFrames) {
  fixture_.Close();
  {
    COURANT_ASSERT_OK_AND_ASSIGN(
        const auto database, Database::Open(fixture_.data_dir() + "/db", {}));
    COURANT_ASSERT_OK_AND_ASSIGN(const auto log, EmbeddedLog::Open(*database));
    COURANT_ASSERT_OK_AND_ASSIGN(const Tail tail, log->CheckTail());
    StateBatch state(*database);
    ASSERT_EQ(
        log->AppendAt(tail, MakeFrame(tail, Epoch(1), tail.commit_time, {}),
                      state)
            .outcome,
        AppendOutcome::kCommitted);
  }
  // Opening checks the end of the log, with the control frame as its newest and
  // not as its newest one.
  for (int i = 0; i < 2; ++i) {
    ASSERT_THAT(fixture_.Open(), IsOk());
    ASSERT_THAT(fixture_.Write("a", "after it"), IsOk());
    EXPECT_THAT(Verify(), IsOk());
  }
}

}  // namespace
}  // namespace courant::storage

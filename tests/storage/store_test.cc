#include "storage/store.h"

#include <filesystem>
#include <optional>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/base/status_macros.h"
#include "tests/storage/store_fixture.h"
#include "tests/testing/status_matchers.h"

namespace courant::storage {
namespace {

class StoreTest : public testing::Test {
 protected:
  // Makes a log of ten changes and takes back the last three behind the
  // program's back, as a disk might.
  void LoseThreeChanges() {
    ASSERT_THAT(fixture_.Open(), IsOk());
    for (int i = 0; i < 7; ++i) {
      ASSERT_THAT(fixture_.Write("a", "text"), IsOk());
    }
    fixture_.Close();
    std::filesystem::copy(fixture_.data_dir() + "/db", fixture_.dir.Join("old"),
                          std::filesystem::copy_options::recursive);
    ASSERT_THAT(fixture_.Open(), IsOk());
    for (int i = 0; i < 3; ++i) {
      ASSERT_THAT(fixture_.Write("a", "text"), IsOk());
    }
    fixture_.Close();
    std::filesystem::remove_all(fixture_.data_dir() + "/db");
    std::filesystem::rename(fixture_.dir.Join("old"),
                            fixture_.data_dir() + "/db");
  }

  // Rows of a family.
  int Count(Family family) {
    const auto it = fixture_.store->database().Iterate(family);
    int count = 0;
    for (it->SeekToFirst(); it->Valid(); it->Next()) ++count;
    EXPECT_TRUE(it->status().ok());
    return count;
  }

  StoreFixture fixture_;
};

TEST_F(StoreTest, KeepsItsIdentity) {
  ASSERT_THAT(fixture_.Open(), IsOk());
  const std::string log_id = fixture_.store->log_id();
  const std::string key = fixture_.store->token_key();
  ASSERT_THAT(fixture_.Open(), IsOk());
  EXPECT_EQ(fixture_.store->log_id(), log_id);
  EXPECT_EQ(fixture_.store->token_key(), key);
  EXPECT_EQ(fixture_.store->epoch(), Epoch(1));
}

TEST_F(StoreTest, RefusesALogThatIsShorterThanWhatWasAcknowledged) {
  LoseThreeChanges();
  const absl::Status refused = fixture_.Open();
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kDataLoss,
                                testing::HasSubstr("3 changes")));
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kDataLoss,
                                testing::HasSubstr("--accept-data-loss=7")));
}

TEST_F(StoreTest, GoesOnFromALossThatWasAcceptedByNumber) {
  LoseThreeChanges();
  EXPECT_THAT(fixture_.Open({.accept_data_loss = Sequence(6)}),
              StatusIs(absl::StatusCode::kDataLoss));
  ASSERT_THAT(fixture_.Open({.accept_data_loss = Sequence(7)}), IsOk());
  EXPECT_EQ(fixture_.store->epoch(), Epoch(2));
  EXPECT_EQ(fixture_.store->branch(), Sequence(7));
  ASSERT_THAT(fixture_.Write("a", "text"), IsOk());
  ASSERT_THAT(fixture_.Open(), IsOk());
  EXPECT_EQ(fixture_.store->epoch(), Epoch(2));
}

// The watermark names a change, also when a control frame comes behind it.
// However many there are, and whether or not they changed something.
TEST_F(StoreTest, OldRequestsDoNotPileUp) {
  constexpr int kRequests = 5000;
  ASSERT_THAT(fixture_.Open({.database = {.unsafe_no_sync = true},
                             .requests_kept = 10,
                             .watermark_interval = absl::Milliseconds(10)}),
              IsOk());
  for (int i = 0; i < kRequests; ++i) {
    ASSERT_THAT(i % 2 == 0
                    ? fixture_.Write("a", "text", absl::StrCat("request-", i),
                                     "0123456789abcdef")
                    : fixture_.store->committer().Commit(
                          {.actor = "test",
                           .request_id = absl::StrCat("request-", i),
                           .fingerprint = "0123456789abcdef"},
                          [](const DecisionContext& context)
                              -> absl::StatusOr<Decision> {
                            COURANT_ASSIGN_OR_RETURN(
                                std::optional<v1::ArticleRow> row,
                                context.view.FindArticle("a"));
                            return AsItStands("a", *std::move(row));
                          }),
                IsOk());
  }
  EXPECT_EQ(Count(Family::kRequest), kRequests);
  EXPECT_EQ(Count(Family::kRequestAge), kRequests);
  fixture_.clock.Advance(absl::Hours(8 * 24));
  // The change after which they are looked for.
  ASSERT_THAT(fixture_.Write("a", "text"), IsOk());
  const auto kept = [&] { return Count(Family::kRequest); };
  const absl::Time deadline = absl::Now() + absl::Seconds(60);
  while (kept() > 20 && absl::Now() < deadline) std::this_thread::yield();
  // Those of the ten newest changes, and what found nothing to do after them.
  EXPECT_EQ(kept(), 20);
  EXPECT_EQ(Count(Family::kRequestAge), kept());
  EXPECT_THAT(View(fixture_.store->database())
                  .FindRequest(absl::StrCat("request-", kRequests - 1)),
              IsOkAndHolds(testing::Optional(testing::_)));
}

TEST_F(StoreTest, OpensAgainBehindAControlFrame) {
  ASSERT_THAT(fixture_.Open(), IsOk());
  ASSERT_THAT(fixture_.Write("a", "text"), IsOk());
  const Tail tail = fixture_.store->change_log().tail();
  ASSERT_THAT(fixture_.store->applier().Apply(
                  MakeFrame(tail, tail.epoch, tail.commit_time, {})),
              IsOk());
  COURANT_ASSERT_OK_AND_ASSIGN(
      const ChainDigest digest,
      fixture_.store->change_log().DigestAt(Sequence(1)));
  EXPECT_EQ(digest, tail.digest);
  for (int i = 0; i < 2; ++i) ASSERT_THAT(fixture_.Open(), IsOk());
  ASSERT_THAT(fixture_.Write("a", "after it"), IsOk());
  ASSERT_THAT(fixture_.Open(), IsOk());
}

TEST_F(StoreTest, RefusesAMissingDatabase) {
  ASSERT_THAT(fixture_.Open(), IsOk());
  ASSERT_THAT(fixture_.Write("a", "text"), IsOk());
  fixture_.Close();
  std::filesystem::remove_all(fixture_.data_dir() + "/db");
  // Every time: refusing must not make a new one.
  for (int i = 0; i < 2; ++i) {
    EXPECT_THAT(fixture_.Open(), StatusIs(absl::StatusCode::kDataLoss,
                                          testing::HasSubstr("no database")));
  }
}

TEST_F(StoreTest, RefusesAMissingWatermark) {
  ASSERT_THAT(fixture_.Open(), IsOk());
  ASSERT_THAT(fixture_.Write("a", "text"), IsOk());
  fixture_.Close();
  std::filesystem::remove(fixture_.data_dir() + "/WATERMARK");
  EXPECT_THAT(fixture_.Open(), StatusIs(absl::StatusCode::kDataLoss,
                                        testing::HasSubstr("WATERMARK")));
}

TEST_F(StoreTest, SaysWhatToDoAboutADamagedWatermark) {
  ASSERT_THAT(fixture_.Open(), IsOk());
  for (int i = 0; i < 3; ++i) {
    ASSERT_THAT(fixture_.Write("a", "text"), IsOk());
  }
  fixture_.Close();
  const std::string path = fixture_.data_dir() + "/WATERMARK";
  std::filesystem::resize_file(path, 40);
  for (const auto& accepted :
       {std::optional<Sequence>(), std::optional(Sequence(3))}) {
    const absl::Status refused = fixture_.Open({.accept_data_loss = accepted});
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kDataLoss,
                                  testing::HasSubstr("backup")));
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kDataLoss,
                                  testing::HasSubstr("move " + path)));
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kDataLoss,
                                  testing::HasSubstr("--accept-data-loss=3")));
  }
  // The advice works.
  std::filesystem::rename(path, path + ".damaged");
  ASSERT_THAT(fixture_.Open({.accept_data_loss = Sequence(3)}), IsOk());
  EXPECT_EQ(fixture_.store->change_log().tail().last_sequence, Sequence(3));
}

TEST_F(StoreTest, RefusesToShareItsFolder) {
  ASSERT_THAT(fixture_.Open(), IsOk());
  prometheus::Registry registry;
  EXPECT_THAT(
      Store::Open({.data_dir = fixture_.data_dir()}, fixture_.clock, registry),
      StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(StoreTest, RefusesAFolderOfANewerVersion) {
  ASSERT_THAT(fixture_.Open(), IsOk());
  const Database& database = fixture_.store->database();
  COURANT_ASSERT_OK_AND_ASSIGN(const auto bytes,
                               database.Get(Family::kMeta, kFormatKey));
  v1::Format format;
  ASSERT_TRUE(format.ParseFromString(*bytes));
  format.set_version(format.version() + 1);
  ASSERT_TRUE(database.rocksdb()
                  .Put(rocksdb::WriteOptions(), ToSlice(kFormatKey),
                       ToSlice(format.SerializeAsString()))
                  .ok());
  EXPECT_THAT(fixture_.Open(), StatusIs(absl::StatusCode::kFailedPrecondition,
                                        testing::HasSubstr("newer")));
}

TEST_F(StoreTest, BringsAFolderOfVersion2ToVersion5AsItIs) {
  ASSERT_THAT(fixture_.Open(), IsOk());
  ASSERT_THAT(fixture_.Write("tide", "First"), IsOk());
  ASSERT_THAT(fixture_.Write("tide", "Second"), IsOk());
  const auto format = [&] {
    v1::Format read;
    read.ParseFromString(
        **fixture_.store->database().Get(Family::kMeta, kFormatKey));
    return read;
  };
  const auto row = [&] {
    return *View(fixture_.store->database()).FindArticle("tide");
  };
  const std::string before = row()->SerializeAsString();
  v1::Format old = format();
  old.set_version(2);
  ASSERT_TRUE(fixture_.store->database()
                  .rocksdb()
                  .Put(rocksdb::WriteOptions(), ToSlice(kFormatKey),
                       ToSlice(old.SerializeAsString()))
                  .ok());
  ASSERT_THAT(fixture_.Open(), IsOk());
  EXPECT_EQ(format().version(), 5);
  EXPECT_EQ(format().log_id(), old.log_id());
  // What is remembered of earlier revisions is not forgotten again.
  EXPECT_EQ(row()->SerializeAsString(), before);
  EXPECT_FALSE(row()->past_is_more());
}

}  // namespace
}  // namespace courant::storage

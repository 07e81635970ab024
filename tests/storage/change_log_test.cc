#include "storage/change_log.h"

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/errors/reason.h"
#include "tests/storage/store_fixture.h"
#include "tests/testing/status_matchers.h"

namespace courant::storage {
namespace {

class ChangeLogTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(fixture_.Open(), IsOk());
    for (int i = 1; i <= 10; ++i) {
      ASSERT_THAT(fixture_.Write("a", absl::StrCat("text ", i)), IsOk());
    }
  }

  const ChangeLog& log() { return fixture_.store->change_log(); }

  StoreFixture fixture_;
};

TEST_F(ChangeLogTest, ReadsEverythingAfterAPosition) {
  for (uint64_t after = 0; after <= 10; ++after) {
    COURANT_ASSERT_OK_AND_ASSIGN(const auto entries,
                                 log().Read(Sequence(after), {}));
    ASSERT_EQ(entries.size(), 10 - after);
    for (size_t i = 0; i < entries.size(); ++i) {
      EXPECT_EQ(entries[i]->sequence(), Sequence(after + 1 + i));
    }
  }
}

TEST_F(ChangeLogTest, StopsAtTheLimits) {
  COURANT_ASSERT_OK_AND_ASSIGN(const auto three,
                               log().Read(Sequence(2), {.max_changes = 3}));
  EXPECT_EQ(three.size(), 3u);
  COURANT_ASSERT_OK_AND_ASSIGN(const auto one,
                               log().Read(Sequence(2), {.max_bytes = 1}));
  EXPECT_EQ(one.size(), 1u);
}

TEST_F(ChangeLogTest, AMissingRecordIsNeverSteppedOver) {
  rocksdb::WriteBatch batch;
  ASSERT_TRUE(batch
                  .Delete(fixture_.store->database().handle(Family::kChange),
                          ToSlice(EncodeNumber(5)))
                  .ok());
  ASSERT_TRUE(fixture_.store->database()
                  .rocksdb()
                  .Write(rocksdb::WriteOptions(), &batch)
                  .ok());
  EXPECT_THAT(
      log().Read(Sequence(0), {}),
      StatusIs(absl::StatusCode::kDataLoss, testing::HasSubstr("change 5")));
  EXPECT_THAT(log().Read(Sequence(5), {}), IsOk());
}

TEST_F(ChangeLogTest, TheFutureHasNoDigest) {
  EXPECT_THAT(log().DigestAt(Sequence(10)), IsOkAndHolds(log().tail().digest));
  EXPECT_THAT(log().DigestAt(Sequence(0)), IsOkAndHolds(ChainDigest()));
  EXPECT_EQ(ReasonOf(log().DigestAt(Sequence(11)).status()),
            courant::v1::SEQUENCE_IN_FUTURE);
}

TEST_F(ChangeLogTest, TheChainIsTheSameHoweverItIsRead) {
  ChainDigest chain;
  COURANT_ASSERT_OK_AND_ASSIGN(const auto entries, log().Read(Sequence(0), {}));
  for (const SharedEntry& entry : entries) {
    chain = chain.Extend(entry->facts_bytes);
    EXPECT_THAT(log().DigestAt(entry->sequence()), IsOkAndHolds(chain));
  }
}

TEST_F(ChangeLogTest, WaitingEndsWhenTheChangeIsThere) {
  EXPECT_TRUE(log().WaitFor(Sequence(10), absl::ZeroDuration()));
  EXPECT_FALSE(log().WaitFor(Sequence(11), absl::Milliseconds(1)));
}

}  // namespace
}  // namespace courant::storage

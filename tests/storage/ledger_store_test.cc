#include "storage/ledger_store.h"

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "courant/v1/change.pb.h"
#include "courant/v1/ledger.pb.h"
#include "courant/v1/partner.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/ledger_keys.h"
#include "tests/storage/store_fixture.h"
#include "tests/testing/status_matchers.h"

namespace courant::storage {
namespace {

using courant::v1::Access;
using courant::v1::Change;
using courant::v1::Delivery;
using courant::v1::Notice;
using testing::ElementsAre;
using testing::IsEmpty;

class LedgerStoreTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_THAT(fixture_.Open(), IsOk()); }

  const LedgerStore& store() const { return fixture_.store->ledger(); }

  static DeliveryKey Key(const std::string& article, const std::string& partner,
                         int64_t revision, int decision = Access::FULL) {
    return {.article_id = article,
            .partner = partner,
            .revision = revision,
            .channel = Delivery::READ,
            .decision = decision};
  }

  void Give(LedgerBatch& batch, const DeliveryKey& key) {
    v1::DeliveryRow row;
    row.set_number(++number_);
    batch.AddDelivery(key, row);
  }

  static void Tell(LedgerBatch& batch, const std::string& partner,
                   uint64_t sequence, const std::string& article,
                   bool open = true) {
    v1::NoticeRow row;
    row.set_article_id(article);
    row.set_kind(Change::CORRECTED);
    row.set_made_time_us(static_cast<int64_t>(1000 + sequence));
    row.set_state(open ? Notice::PENDING : Notice::APPLIED);
    EXPECT_THAT(batch.PutNotice(partner, Sequence(sequence), row, open),
                IsOk());
  }

  // "daily 3" of what is open, or of all.
  std::vector<std::string> Notices(const std::string& partner, bool open_only,
                                   const LedgerStore::NoticePlace& after = {}) {
    std::vector<std::string> found;
    EXPECT_THAT(store().ForEachNotice(
                    partner, after, open_only,
                    [&](const StoredNotice& notice) -> absl::StatusOr<bool> {
                      found.push_back(absl::StrCat(notice.partner, " ",
                                                   notice.sequence.value()));
                      return true;
                    }),
                IsOk());
    return found;
  }

  // Of articles/tide, after a change.
  static std::vector<uint64_t> Calls(const LedgerBatch& batch, uint64_t after) {
    const absl::StatusOr<std::vector<Call>> calls =
        batch.CallsAfter("tide", Sequence(after));
    EXPECT_THAT(calls, IsOk());
    std::vector<uint64_t> sequences;
    if (!calls.ok()) return sequences;
    for (const Call& call : *calls) sequences.push_back(call.sequence.value());
    return sequences;
  }
  static size_t CountNotices(const LedgerBatch& batch) {
    const auto notices = batch.NoticesAbout("tide");
    EXPECT_THAT(notices, IsOk());
    return notices.ok() ? notices->size() : 0;
  }

  // What was made until then and is not overdue.
  std::vector<uint64_t> Watched(int64_t until_us, size_t limit) {
    const auto notices = store().NotOverdueUntil(until_us, limit);
    EXPECT_THAT(notices, IsOk());
    std::vector<uint64_t> found;
    if (!notices.ok()) return found;
    for (const StoredNotice& notice : *notices) {
      found.push_back(notice.sequence.value());
    }
    return found;
  }

  std::vector<std::string> Deliveries(const std::string& article,
                                      const std::string& partner) {
    std::vector<std::string> found;
    EXPECT_THAT(store().ForEachDelivery(
                    article, partner,
                    [&](const StoredDelivery& one) -> absl::StatusOr<bool> {
                      EXPECT_EQ(one.key.article_id, article);
                      found.push_back(
                          absl::StrCat(one.key.partner, " ", one.key.revision));
                      return true;
                    }),
                IsOk());
    return found;
  }

  StoreFixture fixture_;
  uint64_t number_ = 0;
};

// Names of which one begins like the other must not be taken for each other.
TEST_F(LedgerStoreTest, FindsDeliveriesByArticleAndByPartner) {
  LedgerBatch batch(store());
  Give(batch, Key("tide", "daily", 2));
  Give(batch, Key("tide", "daily", 1));
  Give(batch, Key("tide", "daily-2", 1));
  Give(batch, Key("tide-2", "daily", 7));
  ASSERT_THAT(batch.Write(), IsOk());
  EXPECT_THAT(Deliveries("tide", ""),
              ElementsAre("daily 1", "daily 2", "daily-2 1"));
  EXPECT_THAT(Deliveries("tide", "daily"), ElementsAre("daily 1", "daily 2"));
  EXPECT_THAT(Deliveries("tid", ""), IsEmpty());
  std::vector<std::string> to;
  EXPECT_THAT(
      store().ForEachDeliveryTo(
          "daily", 1,
          [&](const StoredDelivery& one) -> absl::StatusOr<bool> {
            to.push_back(absl::StrCat(one.row.number(), " ", one.key.article_id,
                                      " ", one.key.revision));
            return true;
          }),
      IsOk());
  EXPECT_THAT(to, ElementsAre("2 tide 1", "4 tide-2 7"));
  EXPECT_TRUE(store().FindDelivery(Key("tide", "daily", 2))->has_value());
  EXPECT_FALSE(store().FindDelivery(Key("tide", "daily", 3))->has_value());
}

TEST_F(LedgerStoreTest, ABatchSeesWhatItHas) {
  {
    LedgerBatch batch(store());
    Give(batch, Key("tide", "daily", 1));
    Tell(batch, "daily", 5, "tide");
    batch.AddCall("tide", {Sequence(5), Change::CORRECTED});
    ASSERT_THAT(batch.Write(), IsOk());
  }
  LedgerBatch batch(store());
  EXPECT_TRUE(batch.empty());
  Give(batch, Key("tide", "weekly", 3, Access::METADATA));
  Give(batch, Key("tide", "daily", 4));
  batch.AddCall("tide", {Sequence(9), Change::KILLED});
  Tell(batch, "weekly", 9, "tide");
  EXPECT_THAT(batch.HoldersOf("tide"),
              IsOkAndHolds(ElementsAre("daily", "weekly")));
  EXPECT_THAT(batch.NewestHeld("tide", "daily", 5), IsOkAndHolds(4));
  EXPECT_THAT(batch.NewestHeld("tide", "daily", 4), IsOkAndHolds(1));
  EXPECT_THAT(batch.NewestHeld("tide", "weekly", 5), IsOkAndHolds(0));
  EXPECT_THAT(Calls(batch, 4), ElementsAre(5, 9));
  EXPECT_THAT(Calls(batch, 5), ElementsAre(9));
  EXPECT_EQ(CountNotices(batch), 2);
  // Nothing of it is there for others.
  EXPECT_THAT(Notices("", false), ElementsAre("daily 5"));
}

TEST_F(LedgerStoreTest, KnowsWhichNoticesAreOpen) {
  LedgerBatch batch(store());
  Tell(batch, "daily", 3, "tide");
  Tell(batch, "daily", 4, "fog");
  Tell(batch, "weekly", 3, "tide");
  ASSERT_THAT(batch.Write(), IsOk());
  LedgerBatch next(store());
  Tell(next, "daily", 3, "tide", /*open=*/false);
  ASSERT_THAT(next.Write(), IsOk());
  EXPECT_THAT(Notices("daily", true), ElementsAre("daily 4"));
  EXPECT_THAT(Notices("daily", false), ElementsAre("daily 3", "daily 4"));
  EXPECT_THAT(Notices("", true), ElementsAre("daily 4", "weekly 3"));
  EXPECT_THAT(Notices("", false, {"daily", Sequence(3)}),
              ElementsAre("daily 4", "weekly 3"));
  EXPECT_THAT(Notices("daily", false, {"daily", Sequence(4)}), IsEmpty());
}

TEST_F(LedgerStoreTest, ForgetsNoticesOfWhatWasRolledBack) {
  LedgerBatch batch(store());
  Give(batch, Key("tide", "daily", 2));
  for (const uint64_t sequence : {3, 4}) {
    Tell(batch, "daily", sequence, "tide");
    batch.AddCall("tide", {Sequence(sequence), Change::CORRECTED});
  }
  ASSERT_THAT(batch.Write(), IsOk());
  LedgerBatch next(store());
  ASSERT_THAT(next.ForgetNoticesAfter(Sequence(3)), IsOk());
  EXPECT_EQ(CountNotices(next), 1);
  EXPECT_THAT(Calls(next, 0), ElementsAre(3));
  ASSERT_THAT(next.Write(), IsOk());
  EXPECT_THAT(Notices("", true), ElementsAre("daily 3"));
  EXPECT_THAT(Notices("", false), ElementsAre("daily 3"));
  // What has left has left.
  EXPECT_THAT(Deliveries("tide", ""), ElementsAre("daily 2"));
}

TEST_F(LedgerStoreTest, WhatARolledBackChangeMadePointlessIsOpenAgain) {
  LedgerBatch batch(store());
  Tell(batch, "daily", 3, "tide");
  auto row = batch.FindNotice("daily", Sequence(3))->value();
  row.set_state(Notice::SUPERSEDED);
  row.set_superseded_by(5);
  row.set_deliver_time_us(1);
  ASSERT_THAT(batch.PutNotice("daily", Sequence(3), row, false), IsOk());
  ASSERT_THAT(batch.Write(), IsOk());
  LedgerBatch next(store());
  ASSERT_THAT(next.ForgetNoticesAfter(Sequence(5)), IsOk());
  EXPECT_TRUE(next.empty());
  ASSERT_THAT(next.ForgetNoticesAfter(Sequence(4)), IsOk());
  EXPECT_EQ(next.open_changes().at(Change::CORRECTED), 1);
  ASSERT_THAT(next.Write(), IsOk());
  EXPECT_THAT(Notices("daily", true), ElementsAre("daily 3"));
  const auto again = store().FindNotice("daily", Sequence(3));
  EXPECT_EQ(again->value().state(), Notice::DELIVERED);
  EXPECT_EQ(again->value().superseded_by(), 0);
}

TEST_F(LedgerStoreTest, AnEditIsTakenBackAsAWhole) {
  LedgerBatch batch(store());
  Tell(batch, "daily", 3, "tide");
  Give(batch, Key("tide", "daily", 1));
  batch.Mark();
  Tell(batch, "daily", 3, "tide", /*open=*/false);
  Tell(batch, "daily", 4, "tide");
  Give(batch, Key("tide", "weekly", 1));
  batch.RollBack();
  EXPECT_EQ(batch.open_changes().at(Change::CORRECTED), 1);
  EXPECT_THAT(batch.HoldersOf("tide"), IsOkAndHolds(ElementsAre("daily")));
  ASSERT_THAT(batch.Write(), IsOk());
  EXPECT_THAT(Notices("", true), ElementsAre("daily 3"));
  EXPECT_THAT(Notices("", false), ElementsAre("daily 3"));
}

TEST_F(LedgerStoreTest, FindsWhatIsOldestAndWhatIsToBeWatched) {
  LedgerBatch batch(store());
  Tell(batch, "weekly", 3, "tide");
  Tell(batch, "daily", 4, "tide");
  Tell(batch, "daily", 5, "tide");
  ASSERT_THAT(batch.Write(), IsOk());
  EXPECT_THAT(store().OldestOpen(Change::CORRECTED), IsOkAndHolds(1003));
  EXPECT_THAT(store().OldestOpen(Change::KILLED), IsOkAndHolds(std::nullopt));
  EXPECT_EQ(Watched(1004, 10).size(), 2);
  EXPECT_EQ(Watched(1005, 2).size(), 2);
  LedgerBatch next(store());
  Tell(next, "weekly", 3, "tide", /*open=*/false);
  auto row = next.FindNotice("daily", Sequence(4))->value();
  row.set_escalate_time_us(9);
  ASSERT_THAT(next.PutNotice("daily", Sequence(4), row, true), IsOk());
  ASSERT_THAT(next.Write(), IsOk());
  EXPECT_THAT(store().OldestOpen(Change::CORRECTED), IsOkAndHolds(1004));
  EXPECT_THAT(Watched(2000, 10), ElementsAre(5));
}

}  // namespace
}  // namespace courant::storage

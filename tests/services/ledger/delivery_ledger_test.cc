#include "services/ledger/delivery_ledger.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "prometheus/registry.h"
#include "tests/services/partners/partner_newsroom.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using v1::Article;
using v1::Change;
using v1::Notice;

// A desk that files, one partner with a right to the section sport, and the
// ledger, which each test starts when it wants to.
class DeliveryLedgerTest : public testing::Test {
 protected:
  DeliveryLedgerTest() { newsroom_.MakeDaily({"sport"}); }
  ~DeliveryLedgerTest() override { Close(); }

  storage::Store& store() { return *newsroom_.wire.store.store; }

  void Open() {
    registry_ = std::make_unique<prometheus::Registry>();
    metrics_ = std::make_unique<LedgerMetrics>(*registry_);
    ledger_ = std::make_unique<DeliveryLedger>(
        store().ledger(), store().database(), store().change_log(),
        newsroom_.rights, newsroom_.wire.store.clock, *metrics_,
        DeliveryLedger::Options{.watch_interval = absl::Milliseconds(1),
                                .on_overdue = [this](const Notice& notice) {
                                  MutexLock lock(mu_);
                                  overdue_.push_back(notice.name());
                                }});
    ASSERT_THAT(ledger_->Start(), IsOk());
    listeners_ = std::make_unique<ListenerChain>(
        std::vector<storage::ChangeListener*>{ledger_.get(),
                                              &*newsroom_.wire.hub},
        std::vector<storage::ChangeListener*>{&newsroom_.rights});
    store().applier().SetListener(listeners_.get());
  }
  void Close() {
    store().applier().SetListener(&newsroom_.listeners);
    if (ledger_ != nullptr) ledger_->Stop();
    ledger_ = nullptr;
  }

  // Commits the next revision of articles/tide.
  Sequence File(Change::Kind kind, Article::State state = Article::PUBLISHED,
                const std::string& section = "sport") {
    ++revision_;
    return Sequence(
        newsroom_.File({.kind = kind, .state = state, .section = section}));
  }

  // Gives the partner the revision that was filed last, or said.
  void Give(Sequence sequence, int64_t revision, Sight sight = Sight::kText) {
    EXPECT_THAT(ledger_->Note(to_, v1::Delivery::READ,
                              {{.article_id = "tide",
                                .revision = revision,
                                .sequence = sequence,
                                .sight = sight}}),
                IsOk());
  }

  // "5 CORRECTED PENDING", once the ledger has seen all of the log: it answers
  // in order.
  std::vector<std::string> Notices() {
    EXPECT_THAT(ledger_->NoteSent("nobody", {Sequence(1)}), IsOk());
    std::vector<std::string> found;
    EXPECT_THAT(
        store().ledger().ForEachNotice(
            "daily", {}, /*open_only=*/false,
            [&](const storage::StoredNotice& one) -> absl::StatusOr<bool> {
              found.push_back(absl::StrCat(
                  one.sequence.value(), " ",
                  Change::Kind_Name(static_cast<Change::Kind>(one.row.kind())),
                  " ",
                  Notice::State_Name(
                      static_cast<Notice::State>(one.row.state()))));
              return true;
            }),
        IsOk());
    return found;
  }

  std::vector<std::string> Take(NoticeReader* reader) {
    const auto notices = ledger_->TakeNotices(to_, reader);
    EXPECT_THAT(notices, IsOk());
    std::vector<std::string> names;
    for (const Notice& notice : *notices) names.push_back(notice.name());
    return names;
  }

  static std::string Line(Sequence sequence, const std::string& rest) {
    return absl::StrCat(sequence.value(), " ", rest);
  }
  static std::string Name(Sequence sequence) {
    return absl::StrCat("partners/daily/notices/", sequence.value());
  }

  PartnerNewsroom newsroom_;
  const Recipient to_{"partners/daily", "partners/daily/keys/k"};
  std::unique_ptr<prometheus::Registry> registry_;
  std::unique_ptr<LedgerMetrics> metrics_;
  std::unique_ptr<DeliveryLedger> ledger_;
  std::unique_ptr<ListenerChain> listeners_;
  int64_t revision_ = 0;
  Mutex mu_;
  std::vector<std::string> overdue_ ABSL_GUARDED_BY(mu_);
};

TEST_F(DeliveryLedgerTest, TellsWhoMayHaveItAndNobodyElse) {
  Open();
  File(Change::PUBLISHED);
  const Sequence corrected = File(Change::CORRECTED, Article::CORRECTED);
  File(Change::UPDATED, Article::CORRECTED);
  EXPECT_THAT(Notices(), ElementsAre(Line(corrected, "CORRECTED PENDING")));
  newsroom_.File({.id = "fog", .section = "politics"});
  newsroom_.File({.id = "fog",
                  .kind = Change::CORRECTED,
                  .state = Article::CORRECTED,
                  .section = "politics"});
  EXPECT_EQ(Notices().size(), 1);
}

// What it may have no more it was given once.
TEST_F(DeliveryLedgerTest, TellsWhoEverGotItWhateverItMayHaveNow) {
  Open();
  const Sequence first = File(Change::PUBLISHED);
  Give(first, 1);
  File(Change::UPDATED, Article::PUBLISHED, "politics");
  EXPECT_THAT(Notices(), IsEmpty());
  const Sequence held = File(Change::HELD, Article::WITHHELD, "politics");
  EXPECT_THAT(Notices(), ElementsAre(Line(held, "HELD PENDING")));
}

// It was read before the correction and is written down after the notices of
// that were made.
TEST_F(DeliveryLedgerTest, WhatIsGivenLateFindsWhatWasSaidSince) {
  Open();
  const Sequence first =
      File(Change::PUBLISHED, Article::PUBLISHED, "politics");
  const Sequence held = File(Change::HELD, Article::WITHHELD, "politics");
  const Sequence released =
      File(Change::HOLD_RELEASED, Article::PUBLISHED, "politics");
  const Sequence corrected =
      File(Change::CORRECTED, Article::CORRECTED, "politics");
  EXPECT_THAT(Notices(), IsEmpty());
  Give(corrected, 4);
  EXPECT_THAT(Notices(), IsEmpty());
  Give(released, 3);
  EXPECT_THAT(Notices(), ElementsAre(Line(corrected, "CORRECTED PENDING")));
  Give(first, 1);
  EXPECT_THAT(Notices(), ElementsAre(Line(corrected, "CORRECTED PENDING")));
  EXPECT_LT(held, corrected);
}

// A notice may have words of what was wrong.
TEST_F(DeliveryLedgerTest, TellsWhoWasToldOfItBefore) {
  Open();
  File(Change::PUBLISHED);
  const Sequence corrected = File(Change::CORRECTED, Article::CORRECTED);
  File(Change::UPDATED, Article::CORRECTED, "politics");
  const Sequence held = File(Change::HELD, Article::WITHHELD, "politics");
  EXPECT_THAT(Notices(), ElementsAre(Line(corrected, "CORRECTED PENDING"),
                                     Line(held, "HELD PENDING")));
}

// The notice was made while the partner read the revision before.
TEST_F(DeliveryLedgerTest, ANoticeSaysWhatThePartnerHasByNow) {
  Open();
  const Sequence first = File(Change::PUBLISHED);
  const Sequence corrected = File(Change::CORRECTED, Article::CORRECTED);
  EXPECT_THAT(Notices(), ElementsAre(Line(corrected, "CORRECTED PENDING")));
  const auto held = [&] {
    return store()
        .ledger()
        .FindNotice("daily", corrected)
        ->value()
        .held_revision();
  };
  EXPECT_EQ(held(), 0);
  EXPECT_THAT(ledger_->Acknowledge(to_, corrected, {Notice::APPLIED, "", ""}),
              IsOk());
  Give(first, 1);
  EXPECT_EQ(held(), 1);
  // What it said when it had nothing to change says nothing about this.
  EXPECT_THAT(Notices(), ElementsAre(Line(corrected, "CORRECTED PENDING")));
  EXPECT_THAT(ledger_->Acknowledge(to_, corrected, {Notice::APPLIED, "", ""}),
              IsOk());
  Give(first, 1);
  EXPECT_THAT(Notices(), ElementsAre(Line(corrected, "CORRECTED APPLIED")));
}

TEST_F(DeliveryLedgerTest, WhatWasAnsweredBeforeItWasTakenBackIsOverAsWell) {
  Open();
  Give(File(Change::PUBLISHED), 1);
  const Sequence held = File(Change::HELD, Article::WITHHELD);
  Notices();
  EXPECT_THAT(ledger_->Acknowledge(to_, held, {Notice::ACKNOWLEDGED, "", ""}),
              IsOk());
  const Sequence released = File(Change::HOLD_RELEASED);
  EXPECT_THAT(Notices(), ElementsAre(Line(held, "HELD ACKNOWLEDGED")));
  EXPECT_EQ(store().ledger().FindNotice("daily", held)->value().superseded_by(),
            released.value());
}

TEST_F(DeliveryLedgerTest, WhatIsTakenBackAsksNothing) {
  Open();
  Give(File(Change::PUBLISHED), 1);
  const Sequence held = File(Change::HELD, Article::WITHHELD);
  const Sequence released = File(Change::HOLD_RELEASED);
  EXPECT_THAT(Notices(), ElementsAre(Line(held, "HELD SUPERSEDED")));
  EXPECT_EQ(store().ledger().FindNotice("daily", held)->value().superseded_by(),
            released.value());
}

TEST_F(DeliveryLedgerTest, OnlyAFirstGiftIsWrittenDown) {
  Open();
  const Sequence first = File(Change::PUBLISHED);
  Give(first, 1);
  Give(first, 1);
  Give(first, 1, Sight::kNotice);
  Give(first, 1, Sight::kStub);
  std::vector<uint64_t> numbers;
  EXPECT_THAT(
      store().ledger().ForEachDeliveryTo(
          "daily", 0,
          [&](const storage::StoredDelivery& one) -> absl::StatusOr<bool> {
            numbers.push_back(one.row.number());
            EXPECT_EQ(one.row.key(), "k");
            return true;
          }),
      IsOk());
  EXPECT_THAT(numbers, ElementsAre(1, 2));
  EXPECT_EQ(metrics_->deliveries(v1::Delivery::READ).Value(), 2);
}

TEST_F(DeliveryLedgerTest, ANoticeIsSentUntilSomethingIsSaid) {
  Open();
  Give(File(Change::PUBLISHED), 1);
  const Sequence first = File(Change::CORRECTED, Article::CORRECTED);
  EXPECT_THAT(Notices(), ElementsAre(Line(first, "CORRECTED PENDING")));
  NoticeReader follower;
  EXPECT_THAT(Take(&follower), ElementsAre(Name(first)));
  EXPECT_THAT(Take(&follower), IsEmpty());
  EXPECT_THAT(Notices(), ElementsAre(Line(first, "CORRECTED DELIVERED")));
  const Sequence second = File(Change::CORRECTED, Article::CORRECTED);
  EXPECT_EQ(Notices().size(), 2);
  EXPECT_THAT(Take(&follower), ElementsAre(Name(second)));
  NoticeReader newcomer;
  EXPECT_THAT(Take(&newcomer), ElementsAre(Name(first), Name(second)));
  EXPECT_THAT(Take(&newcomer), IsEmpty());
  EXPECT_THAT(ledger_->Acknowledge(to_, first, {Notice::ACKNOWLEDGED, "", ""}),
              IsOk());
  NoticeReader another;
  EXPECT_THAT(Take(&another), ElementsAre(Name(second)));
}

// More than fit into a message, and more than are remembered for followers.
TEST_F(DeliveryLedgerTest, NoNoticeIsMissedHoweverManyThereAre) {
  Open();
  Give(File(Change::PUBLISHED), 1);
  NoticeReader follower;
  EXPECT_THAT(Take(&follower), IsEmpty());
  std::vector<std::string> expected;
  for (int i = 0; i < 300; ++i) {
    expected.push_back(Name(File(Change::CORRECTED, Article::CORRECTED)));
  }
  EXPECT_EQ(Notices().size(), 300);
  NoticeReader newcomer;
  for (NoticeReader* reader : {&follower, &newcomer}) {
    std::vector<std::string> all;
    for (auto some = Take(reader); !some.empty(); some = Take(reader)) {
      EXPECT_LE(some.size(), 64);
      all.insert(all.end(), some.begin(), some.end());
    }
    EXPECT_EQ(all, expected);
  }
}

TEST_F(DeliveryLedgerTest, GoesOnWhereItWas) {
  Open();
  Give(File(Change::PUBLISHED), 1);
  const Sequence before = File(Change::CORRECTED, Article::CORRECTED);
  Notices();
  Close();
  const Sequence between = File(Change::HELD, Article::WITHHELD);
  Open();
  EXPECT_THAT(Notices(), ElementsAre(Line(before, "CORRECTED PENDING"),
                                     Line(between, "HELD PENDING")));
}

// Also when it ends before anything else was written.
TEST_F(DeliveryLedgerTest, TheFirstStartIsWhereItBegins) {
  File(Change::PUBLISHED);
  Open();
  Close();
  const Sequence corrected = File(Change::CORRECTED, Article::CORRECTED);
  Open();
  EXPECT_THAT(Notices(), ElementsAre(Line(corrected, "CORRECTED PENDING")));
}

TEST_F(DeliveryLedgerTest, OpenNoticesAreCountedAcrossRestarts) {
  Open();
  Give(File(Change::PUBLISHED), 1);
  const Sequence first = File(Change::CORRECTED, Article::CORRECTED);
  File(Change::CORRECTED, Article::CORRECTED);
  Notices();
  EXPECT_THAT(ledger_->Acknowledge(to_, first, {Notice::REFUSED, "", "no"}),
              IsOk());
  Close();
  Open();
  newsroom_.wire.store.clock.Advance(absl::Seconds(8));
  while (metrics_->oldest(Change::CORRECTED).Value() < 7) Notices();
  EXPECT_EQ(metrics_->open(Change::CORRECTED).Value(), 1);
  EXPECT_EQ(metrics_->open(Change::HELD).Value(), 0);
  EXPECT_EQ(metrics_->stuck().Value(), 0);
}

// Nobody knows who got what before there was a ledger.
TEST_F(DeliveryLedgerTest, BeginsWithWhatHappensFromThenOn) {
  File(Change::PUBLISHED);
  File(Change::CORRECTED, Article::CORRECTED);
  Open();
  EXPECT_THAT(Notices(), IsEmpty());
}

TEST_F(DeliveryLedgerTest, AnAnswerStaysAndOpensNothing) {
  Open();
  Give(File(Change::PUBLISHED), 1);
  const Sequence notice = File(Change::CORRECTED, Article::CORRECTED);
  Notices();
  const auto applied = ledger_->Acknowledge(
      to_, notice, {Notice::APPLIED, "https://daily.example/a", ""});
  ASSERT_THAT(applied, IsOk());
  newsroom_.wire.store.clock.Advance(absl::Hours(1));
  const auto known =
      ledger_->Acknowledge(to_, notice, {Notice::ACKNOWLEDGED, "", ""});
  ASSERT_THAT(known, IsOk());
  EXPECT_EQ(known->row.SerializeAsString(), applied->row.SerializeAsString());
  EXPECT_EQ(metrics_->answered(Notice::APPLIED).Value(), 1);
  EXPECT_EQ(metrics_->answered(Notice::ACKNOWLEDGED).Value(), 0);
  EXPECT_TRUE(absl::IsNotFound(
      ledger_->Acknowledge(to_, Sequence(1), {Notice::ACKNOWLEDGED, "", ""})
          .status()));
}

TEST_F(DeliveryLedgerTest, WhoSaysNothingInTimeIsOverdueOnce) {
  Open();
  Give(File(Change::PUBLISHED), 1);
  const Sequence notice = File(Change::CORRECTED, Article::CORRECTED);
  Notices();
  newsroom_.wire.store.clock.Advance(absl::Minutes(29));
  Notices();
  Notices();
  {
    MutexLock lock(mu_);
    EXPECT_THAT(overdue_, IsEmpty());
  }
  newsroom_.wire.store.clock.Advance(absl::Minutes(2));
  while (metrics_->overdue(Change::CORRECTED).Value() == 0) Notices();
  Notices();
  MutexLock lock(mu_);
  EXPECT_THAT(overdue_, ElementsAre(Name(notice)));
}

}  // namespace
}  // namespace courant

// What of the history goes, and what stays.

#include "services/retention/trimmer.h"

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "courant/v1/change.pb.h"
#include "courant/v1/history.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rocksdb/db.h"
#include "services/retention/kept_whole.h"
#include "storage/errors/reason.h"
#include "storage/keys.h"
#include "storage/ledger_store.h"
#include "tests/services/retention/trimmer_fixture.h"

namespace courant {
namespace {

using storage::DecisionContext;
using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(TrimmerTest, LetsGoWhatWasReplacedLongAgo) {
  Write("a", v1::Change::PUBLISHED);  // 1
  Write("b", v1::Change::PUBLISHED);  // 2
  Days(100);
  Write("a");  // 3
  Days(100);
  Write("a");  // 4
  Days(40);
  Write("a");  // 5, which replaces 4 today
  EXPECT_EQ(Trim(), 2);
  EXPECT_THAT(Gone(), ElementsAre(1, 3));
  EXPECT_EQ(floor(), 5u);
  EXPECT_EQ(store().change_log().history().kept_since,
            clock().Now() - 30 * kDay);
  // Told on the log.
  const auto trim = store().change_log().Read(Sequence(5), {});
  ASSERT_EQ(trim->size(), 1u);
  v1::Change change;
  ASSERT_TRUE(change.ParseFromString(trim->front()->facts.change()));
  EXPECT_EQ(change.kind(), v1::Change::HISTORY_TRIMMED);
  EXPECT_EQ(change.resource(), "history");
  EXPECT_EQ(change.actor(), kRetentionActor);
  v1::HistoryTrim text;
  ASSERT_TRUE(text.ParseFromString(trim->front()->article));
  EXPECT_EQ(text.texts(), 2);
  EXPECT_EQ(text.floor_sequence(), 5);
  EXPECT_EQ(text.revision(), 1);
}

TEST_F(TrimmerTest, KeepsEverythingUnlessToldOtherwise) {
  for (int i = 0; i < 5; ++i) {
    Write("a");
    Days(1000);
  }
  EXPECT_EQ(Trim(absl::ZeroDuration()), 0);
  EXPECT_THAT(Gone(), IsEmpty());
  EXPECT_EQ(wire_.tail(), 5u);
}

TEST_F(TrimmerTest, WritesNothingWhenThereIsNothingToLetGo) {
  Write("a");
  Write("a");
  Days(29);
  Write("b");
  EXPECT_EQ(Trim(), 0);
  EXPECT_EQ(wire_.tail(), 3u);
  EXPECT_EQ(floor(), 1u);
  Days(2);
  Write("b");
  EXPECT_EQ(Trim(), 1);
  const uint64_t tail = wire_.tail();
  Trimmer trimmer = MakeTrimmer();
  for (int i = 0; i < 3; ++i) EXPECT_THAT(trimmer.RunOnce(), IsOkAndHolds(0));
  EXPECT_EQ(wire_.tail(), tail);
}

TEST_F(TrimmerTest, TheDayBeforeTheNewestChangeIsKeptWhateverTheClockSays) {
  Write("a");
  Write("a");
  clock().Advance(absl::Hours(23));
  Write("a");
  Days(10'000);
  EXPECT_EQ(Trim(), 0);
  EXPECT_THAT(Gone(), IsEmpty());
}

// Nor does a trim, which bears what the clock says, make the day a later one.
TEST_F(TrimmerTest, NorIsThatDayLostToTheTrimItself) {
  Write("a");
  Write("a");  // replaces 1
  clock().Advance(40 * kDay);
  Write("a");  // 3, replaces 2
  clock().Advance(absl::Hours(20));
  Write("a");  // 4, replaces 3
  Days(10'000);
  EXPECT_EQ(Trim(), 1);
  EXPECT_EQ(Trim(), 0);
  EXPECT_EQ(Trim(), 0);
  EXPECT_THAT(Gone(), ElementsAre(1));
}

// What was the newest until today had needs of its own: it is recent with them.
TEST_F(TrimmerTest, KeepsWhatCallersOutsideSawUntilToday) {
  const uint64_t seen = Write("a", v1::Change::PUBLISHED);
  const uint64_t asked = Write("a", v1::Change::KILL_REQUESTED);
  Days(700);
  Write("a");
  EXPECT_EQ(Trim(), 0);
  EXPECT_THAT(Gone(), IsEmpty());
  Days(60);
  Write("b");
  Trim();
  EXPECT_THAT(Gone(), ElementsAre(seen, asked));
}

TEST_F(TrimmerTest, KeepsTheContentThatATranslationHadUntilToday) {
  Write("a", v1::Change::PUBLISHED);
  const uint64_t content = Translate("a", 1, true);
  const uint64_t without = Translate("a", 1, false);
  Days(700);
  Translate("a", 1, true);
  EXPECT_EQ(Trim(), 0);
  EXPECT_THAT(Gone(), IsEmpty());
  Days(60);
  Write("b");
  Trim();
  EXPECT_THAT(Gone(), ElementsAre(content, without));
}

TEST_F(TrimmerTest, KeepsWhatCallersOutsideSee) {
  Write("a", v1::Change::PUBLISHED);
  const uint64_t seen = Write("a");
  Write("a", v1::Change::KILL_REQUESTED);
  Write("a", v1::Change::KILL_REQUESTED);
  Days(60);
  Write("b");
  Trim();
  EXPECT_THAT(Gone(), ElementsAre(1, 3));
  // And lets it go when they see another.
  Write("a");
  Days(60);
  Write("b");
  Trim();
  EXPECT_THAT(Gone(), ElementsAre(1, seen, 3, 4));
}

TEST_F(TrimmerTest, KeepsTheContentOfATranslationAndWhatItIsBoundTo) {
  Write("a", v1::Change::PUBLISHED);                 // 1
  Write("a");                                        // 2
  Write("a");                                        // 3
  const uint64_t content = Translate("a", 2, true);  // 4
  Translate("a", 2, false);                          // 5
  Translate("a", 2, false);                          // 6
  Days(60);
  Write("b");  // 7
  Trim();
  EXPECT_THAT(Gone(), ElementsAre(1, 5));
  const storage::View view(store().database());
  const auto row = view.FindArticle("a/t");
  ASSERT_TRUE(row->has_value());
  const auto translation = view.ReadTranslation(**row);
  ASSERT_THAT(translation, IsOk());
  EXPECT_TRUE(translation->has_content());
  // Bound anew, with new texts: then both can go.
  Translate("a", 3, true);
  Days(60);
  Write("b");
  Trim();
  EXPECT_THAT(Gone(), ElementsAre(1, 2, content, 5, 6));
}

TEST_F(TrimmerTest, KeepsWhatAnArticleThatWasMadeOfItIsBoundTo) {
  Write("a", v1::Change::PUBLISHED);             // 1
  Write("a");                                    // 2
  Write("a");                                    // 3
  Write("of-a", v1::Change::PUBLISHED, "a", 2);  // 4
  Write("a");                                    // 5
  Days(60);
  Write("b");
  Trim();
  EXPECT_THAT(Gone(), ElementsAre(1, 3));
}

TEST_F(TrimmerTest, KeepsWhatPartnersHaveANoticeAbout) {
  Write("a", v1::Change::PUBLISHED);
  const uint64_t corrected = Write("a", v1::Change::CORRECTED);
  Write("a");
  Write("a");
  storage::LedgerBatch batch(store().ledger());
  batch.AddCall("a", {Sequence(corrected), v1::Change::CORRECTED});
  storage::v1::LedgerRow state;
  state.set_noticed_through(4);
  batch.SetState(state);
  ASSERT_THAT(batch.Write(), IsOk());
  Days(60);
  Write("b");
  Trim();
  EXPECT_THAT(Gone(), ElementsAre(1, 3));
}

// The words of such a notice are in the tombstone.
TEST_F(TrimmerTest, ANoticeThatHasATombstoneNeedsNoText) {
  Write("a", v1::Change::PUBLISHED);
  const uint64_t held = Write("a", v1::Change::HELD, "", 0, /*stops=*/true);
  Write("a");
  storage::LedgerBatch batch(store().ledger());
  batch.AddCall("a", {Sequence(held), v1::Change::HELD});
  storage::v1::LedgerRow state;
  state.set_noticed_through(3);
  batch.SetState(state);
  ASSERT_THAT(batch.Write(), IsOk());
  Days(60);
  Write("b");
  Trim();
  EXPECT_THAT(Gone(), ElementsAre(1, held));
}

// Where the ledger has not been, there may be a notice yet.
TEST_F(TrimmerTest, KeepsWhatPartnersMayGetANoticeAbout) {
  Write("a", v1::Change::PUBLISHED);
  Commit([&](const DecisionContext& context) {
    auto draft = storage::DraftOf(context, "a", "corrected");
    draft->kind = v1::Change::CORRECTED;
    draft->attributes.set_state(v1::Article::CORRECTED);
    return draft;
  });
  Write("c");
  Write("c");
  Write("a");
  Days(60);
  Write("b");
  Trim();
  EXPECT_THAT(Gone(), ElementsAre(1, 3));
}

void Put(storage::Store& store, const std::string& name, uint64_t cursor,
         absl::Duration hold, std::optional<uint64_t> parked = std::nullopt) {
  const auto done = store.subscriptions().Run(
      [&](storage::SubscriptionEdit& edit) -> absl::StatusOr<std::string> {
        storage::v1::SubscriptionRow row;
        row.set_committed_sequence(cursor);
        row.set_retention_hold_us(absl::ToInt64Microseconds(hold));
        row.set_parked(parked ? 1 : 0);
        edit.Put(name, row, /*is_new=*/true);
        if (parked) edit.Park(name, Sequence(*parked), {});
        return std::string();
      });
  EXPECT_THAT(done, IsOk());
}

TEST_F(TrimmerTest, KeepsWhatASubscriptionHolds) {
  for (int i = 0; i < 6; ++i) {
    Write("a");
    Days(10);
  }
  Days(60);
  Write("b");
  Put(store(), "subscriptions/none", 1, absl::ZeroDuration());
  Put(store(), "subscriptions/held", 3, 400 * kDay);
  // Change 4 was 90 days ago; what came before it is not held.
  EXPECT_EQ(Trim(), 2);
  EXPECT_THAT(Gone(), ElementsAre(1, 2));
  EXPECT_EQ(floor(), 4u);
  // The cursor is where it may go on from.
  EXPECT_THAT(store().change_log().CheckKept(Sequence(3)), IsOk());
  // What is not committed for longer is held no longer.
  Days(400);
  Write("b");
  EXPECT_EQ(Trim(), 3);
  EXPECT_THAT(Gone(), ElementsAre(1, 2, 3, 4, 5));
}

TEST_F(TrimmerTest, KeepsWhatASubscriberHasPutAside) {
  for (int i = 0; i < 4; ++i) Write("a");
  Days(60);
  Write("b");
  Put(store(), "subscriptions/one", 4, absl::ZeroDuration(), 2);
  Trim();
  EXPECT_THAT(Gone(), ElementsAre(1, 3));
}

TEST_F(TrimmerTest, ManyGoInSmallPartsAndTheFloorRisesAtOnce) {
  constexpr int kTexts = 2 * Trimmer::kMaxAtOnce + 20;
  for (int i = 0; i <= kTexts; ++i) Write(absl::StrCat("a", i % 2));
  Days(60);
  const uint64_t recent = Write("b");
  EXPECT_EQ(Trim(), kTexts - 1);
  const auto trims = store().change_log().Read(Sequence(recent), {});
  ASSERT_GE(trims->size(), 3u);
  for (const storage::SharedEntry& trim : *trims) {
    EXPECT_LE(trim->facts.erased_sequences_size(),
              static_cast<int>(Trimmer::kMaxAtOnce));
    v1::HistoryTrim text;
    ASSERT_TRUE(text.ParseFromString(trim->article));
    EXPECT_EQ(text.floor_sequence(), static_cast<int64_t>(recent));
  }
}

// A crash costs what was not committed: the next one goes on from the log.
TEST_F(TrimmerTest, GoesOnFromWhatTheLogSays) {
  constexpr int kTexts = 2 * Trimmer::kMaxAtOnce;
  for (int i = 0; i <= kTexts; ++i) Write("a");
  Days(60);
  Write("b");
  {
    // Ended in the pause behind its first batch.
    Trimmer trimmer(store(), clock(), metrics_,
                    {.retention = 30 * kDay, .pause = absl::Hours(1)});
    trimmer.Start();
    ASSERT_TRUE(
        store().change_log().WaitFor(Sequence(kTexts + 3), absl::Seconds(30)));
    trimmer.Stop();
  }
  EXPECT_LT(Gone().size(), static_cast<size_t>(kTexts));
  EXPECT_FALSE(Gone().empty());
  Trim();
  EXPECT_EQ(Gone().size(), static_cast<size_t>(kTexts));
}

TEST_F(TrimmerTest, APassThatFailsIsToldAndTriedAgain) {
  Write("a");
  Write("a");
  Days(60);
  Write("b");
  const auto one = storage::EncodeNumber(1);
  const auto& database = store().database();
  const auto whole = database.Get(storage::Family::kChange, one);
  ASSERT_TRUE(whole.ok() && whole->has_value());
  const auto put = [&](const std::string& bytes) {
    EXPECT_TRUE(database.rocksdb()
                    .Put(rocksdb::WriteOptions(),
                         database.handle(storage::Family::kChange), one, bytes)
                    .ok());
  };
  put("damaged");
  Trimmer trimmer = MakeTrimmer();
  EXPECT_EQ(ReasonOf(trimmer.RunOnce().status()), v1::DATA_CORRUPTED);
  EXPECT_EQ(metrics_.passes_failed.Value(), 1);
  put(**whole);
  EXPECT_THAT(trimmer.RunOnce(), IsOkAndHolds(1));
  EXPECT_EQ(metrics_.passes_failed.Value(), 1);
}

}  // namespace
}  // namespace courant

// Lets history go on a store whose clock the test moves, and looks at what is
// left as those see it who read.

#include "services/retention/trimmer.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "courant/v1/change.pb.h"
#include "courant/v1/history.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "services/retention/kept_whole.h"
#include "storage/errors/reason.h"
#include "storage/ledger_store.h"
#include "tests/services/distribution/wire_fixture.h"
#include "tests/testing/status_matchers.h"

namespace courant {
namespace {

using storage::ChangeDraft;
using storage::DecisionContext;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr absl::Duration kDay = absl::Hours(24);

class TrimmerTest : public testing::Test {
 protected:
  TrimmerTest() : metrics_(*wire_.store.registry) {}

  storage::Store& store() { return *wire_.store.store; }
  FakeClock& clock() { return wire_.store.clock; }

  // Some days later.
  void Days(int days) { clock().Advance(days * kDay); }

  // The first or next revision of an article, by a change of this kind. Returns
  // its sequence.
  uint64_t Write(const std::string& id,
                 v1::Change::Kind kind = v1::Change::UPDATED,
                 const std::string& source = "", int64_t bound = 0) {
    return Commit(
        [&](const DecisionContext& context) -> absl::StatusOr<ChangeDraft> {
          auto draft =
              storage::DraftOf(context, id, absl::StrCat("words of ", id));
          if (!draft.ok()) return draft;
          draft->kind = kind;
          draft->attributes.set_state(v1::Article::PUBLISHED);
          if (!source.empty()) {
            draft->attributes.set_source_article_id(source);
            auto& of = *draft->article.mutable_translation_of();
            of.set_article(absl::StrCat("articles/", source));
            of.set_revision(bound);
          }
          return draft;
        });
  }

  // The first or next revision of the translation "source/t".
  uint64_t Translate(const std::string& source, int64_t bound,
                     bool with_content) {
    return Commit(
        [&](const DecisionContext& context) -> absl::StatusOr<ChangeDraft> {
          const std::string id = absl::StrCat(source, "/t");
          auto row = context.view.FindArticle(id);
          if (!row.ok()) return row.status();
          ChangeDraft draft{.kind = v1::Change::TRANSLATION_UPDATED,
                            .article_id = id,
                            .previous = *std::move(row)};
          draft.translation.emplace();
          draft.translation->set_name(
              absl::StrCat("articles/", source, "/translations/t"));
          draft.translation->set_source_revision(bound);
          if (with_content) {
            draft.translation->mutable_content()->add_segments()->set_id("s1");
          }
          draft.attributes.set_resource(storage::v1::TRANSLATION);
          draft.attributes.set_source_article_id(source);
          return draft;
        });
  }

  template <typename Make>
  uint64_t Commit(Make make) {
    const auto done = store().committer().Commit(
        {.actor = "desk"},
        [&](const DecisionContext& context)
            -> absl::StatusOr<storage::Decision> {
          absl::StatusOr<ChangeDraft> draft = make(context);
          if (!draft.ok()) return draft.status();
          storage::Decision decision;
          decision.push_back(*std::move(draft));
          return decision;
        });
    EXPECT_THAT(done, IsOk());
    return done->sequence.value();
  }

  Trimmer MakeTrimmer(absl::Duration retention = 30 * kDay) {
    return {store(),
            clock(),
            metrics_,
            {.retention = retention, .pause = absl::ZeroDuration()}};
  }

  // One pass of a new trimmer, as after a restart.
  int64_t Trim(absl::Duration retention = 30 * kDay) {
    Trimmer trimmer = MakeTrimmer(retention);
    const absl::StatusOr<int64_t> gone = trimmer.RunOnce();
    EXPECT_THAT(gone, IsOk());
    EXPECT_THAT(store().VerifyAll().status(), IsOk());
    return gone.value_or(-1);
  }

  // Changes that have no text any more.
  std::vector<uint64_t> Gone() {
    std::vector<uint64_t> gone;
    const auto all =
        store().change_log().Read(Sequence(0), {.max_changes = 10'000});
    EXPECT_THAT(all, IsOk());
    for (const storage::SharedEntry& entry : *all) {
      if (entry->article.empty()) gone.push_back(entry->sequence().value());
    }
    return gone;
  }

  uint64_t floor() { return store().change_log().floor().value(); }

  absl::Status Follow(const v1::SubscribeChangesRequest& request) {
    return StreamClient(wire_, request).Drain();
  }

  WireFixture wire_;
  RetentionMetrics metrics_;
};

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

TEST_F(TrimmerTest, ReadersBeginAtTheFloor) {
  Write("a", v1::Change::PUBLISHED);
  v1::SubscribeChangesRequest from_start;
  from_start.set_start_from(v1::EARLIEST_RETAINED);
  StreamClient early(wire_, from_start);
  ASSERT_THAT(early.Next().status(), IsOk());  // Started, at 0.
  for (int i = 0; i < 3; ++i) Write("a");
  v1::SubscribeChangesRequest resumed;
  resumed.set_resume_token(early.token());
  ASSERT_THAT(Follow(resumed), IsOk());
  Days(60);
  Write("b");
  ASSERT_EQ(Trim(), 3);
  EXPECT_EQ(floor(), 5u);

  // Who was in the middle of it is told so, and whoever comes back.
  const absl::Status overtaken = early.Drain();
  EXPECT_EQ(ReasonOf(overtaken), v1::RESUME_TOKEN_EXPIRED) << overtaken;
  const absl::Status expired = Follow(resumed);
  EXPECT_EQ(ReasonOf(expired), v1::RESUME_TOKEN_EXPIRED);
  const auto info = ErrorInfoOf(expired);
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->metadata().at("floor_sequence"), "5");
  v1::SubscribeChangesRequest earliest;
  earliest.set_resume_token(info->metadata().at("earliest_token"));
  EXPECT_THAT(Follow(earliest), IsOk());
  v1::SubscribeChangesRequest numbered;
  numbered.set_resume_after_sequence(3);
  EXPECT_EQ(ReasonOf(Follow(numbered)), v1::RESUME_TOKEN_EXPIRED);

  StreamClient again(wire_, from_start);
  ASSERT_THAT(again.Drain(), IsOk());
  EXPECT_THAT(again.delivered(), ElementsAre(5, 6));
  v1::SubscribeChangesRequest snapshot;
  snapshot.set_start_from(v1::SNAPSHOT_THEN_LIVE);
  StreamClient mirror(wire_, snapshot);
  ASSERT_THAT(mirror.Drain(), IsOk());
  ASSERT_TRUE(mirror.complete().has_value());
  EXPECT_EQ(mirror.complete()->resource_count(), 2);
}

TEST_F(TrimmerTest, AChangeThatWasLetGoIsToldWithoutTextAndTombstone) {
  Write("a", v1::Change::PUBLISHED);
  Write("a");
  Days(60);
  Write("b");
  const auto expect_facts_alone = [&] {
    const auto read = wire_.hub->Read(Sequence(0), {.max_changes = 1});
    ASSERT_THAT(read, IsOk());
    EXPECT_TRUE(read->front()->is_let_go());
    for (const Audience audience : {Audience::kInternal, Audience::kPublic}) {
      const auto bytes =
          read->front()->Encode(audience, v1::Change::DISPOSITION_UNSPECIFIED);
      ASSERT_THAT(bytes, IsOk());
      v1::Change change;
      ASSERT_TRUE(change.ParseFromString(*bytes));
      EXPECT_EQ(change.payload_case(), v1::Change::PAYLOAD_NOT_SET);
      EXPECT_EQ(change.resource(), "articles/a");
    }
  };
  ASSERT_EQ(Trim(), 1);
  expect_facts_alone();  // Of the ring.
  wire_.hub.emplace(store().change_log(), *wire_.metrics, ChangeHub::Options());
  store().applier().SetListener(&*wire_.hub);
  expect_facts_alone();  // Of the log.
}

}  // namespace
}  // namespace courant

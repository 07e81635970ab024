#include "storage/erasure.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/base/status_macros.h"
#include "storage/embedded_log.h"
#include "storage/errors/reason.h"
#include "storage/view.h"
#include "tests/storage/store_fixture.h"
#include "tests/testing/status_matchers.h"

namespace courant::storage {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr char kSecret[] = "unrepeatable";

std::vector<Sequence> Sequences(std::initializer_list<uint64_t> numbers) {
  std::vector<Sequence> sequences;
  for (const uint64_t number : numbers) sequences.emplace_back(number);
  return sequences;
}

// Keeps what it is told, as a ring does.
struct Listener final : ChangeListener {
  void OnApplied(const std::vector<SharedEntry>& changes) override {
    told.insert(told.end(), changes.begin(), changes.end());
  }
  std::vector<SharedEntry> told;
};

class ErasureTest : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_THAT(fixture_.Open(), IsOk());
    fixture_.store->applier().SetListener(&listener_);
    // Changes 1 to 4: two revisions of "a" around others.
    ASSERT_THAT(fixture_.Write("a", kSecret, "request-1", "print"), IsOk());
    ASSERT_THAT(fixture_.Write("b", "stays"), IsOk());
    ASSERT_THAT(fixture_.Write("a", absl::StrCat("more ", kSecret)), IsOk());
    ASSERT_THAT(fixture_.Write("b", "stays too"), IsOk());
  }
  void TearDown() override { fixture_.Close(); }

  absl::StatusOr<std::string> Article(uint64_t sequence) {
    return View(fixture_.store->database())
        .ReadArticleBytes(Sequence(sequence));
  }

  Listener listener_;
  StoreFixture fixture_;
};

TEST_F(ErasureTest, TakesArticlesAwayAndKeepsTheRest) {
  COURANT_ASSERT_OK_AND_ASSIGN(const auto before,
                               fixture_.store->change_log().Read({}, {}));
  ASSERT_THAT(Article(3), IsOkAndHolds(HasSubstr(kSecret)));
  COURANT_ASSERT_OK_AND_ASSIGN(const Committed kill,
                               fixture_.Erase("a", Sequences({1, 3})));
  EXPECT_EQ(kill.sequence, Sequence(5));

  for (const uint64_t sequence : {1, 3}) {
    const absl::Status gone = Article(sequence).status();
    EXPECT_THAT(gone,
                StatusIs(absl::StatusCode::kNotFound, HasSubstr("change 5")));
    EXPECT_EQ(ReasonOf(gone), courant::v1::RESOURCE_NOT_FOUND);
    EXPECT_EQ(ErasedBy(gone), Sequence(5));
  }
  EXPECT_THAT(Article(2), IsOkAndHolds(HasSubstr("stays")));
  EXPECT_THAT(Article(5), IsOkAndHolds(Not(HasSubstr(kSecret))));

  COURANT_ASSERT_OK_AND_ASSIGN(const auto after,
                               fixture_.store->change_log().Read({}, {}));
  ASSERT_EQ(after.size(), 5u);
  for (size_t i = 0; i < before.size(); ++i) {
    const bool erased = i % 2 == 0;
    EXPECT_EQ(after[i]->facts_bytes, before[i]->facts_bytes);
    EXPECT_EQ(after[i]->chain, before[i]->chain);
    EXPECT_EQ(after[i]->erased_by, Sequence(erased && i < 3 ? 5 : 0));
    EXPECT_EQ(after[i]->article.empty(), erased);
  }
}

TEST_F(ErasureTest, StaysTakenAwayThroughARestart) {
  ASSERT_THAT(fixture_.Erase("a", Sequences({1, 3})), IsOk());
  ASSERT_THAT(fixture_.Open(), IsOk());
  EXPECT_EQ(ErasedBy(Article(1).status()), Sequence(5));
  EXPECT_EQ(ErasedBy(Article(3).status()), Sequence(5));
}

TEST_F(ErasureTest, ARetryOfWhatWasTakenAwayGetsWhatIsInItsPlace) {
  ASSERT_THAT(fixture_.Erase("a", Sequences({1, 3})), IsOk());
  COURANT_ASSERT_OK_AND_ASSIGN(
      const Committed again,
      fixture_.Write("a", kSecret, "request-1", "print"));
  EXPECT_TRUE(again.replayed);
  EXPECT_EQ(again.sequence, Sequence(1));
  EXPECT_EQ(again.article.find(kSecret), std::string::npos);
  EXPECT_FALSE(again.article.empty());
}

TEST_F(ErasureTest, WhoeverFollowsIsToldWhatToDrop) {
  ASSERT_THAT(fixture_.Erase("a", Sequences({1, 3})), IsOk());
  EXPECT_EQ(ErasedSequences(listener_.told.back()->facts), Sequences({1, 3}));
}

TEST_F(ErasureTest, ADamagedRecordIsNotTakenForAnErasedOne) {
  COURANT_ASSERT_OK_AND_ASSIGN(const auto entries,
                               fixture_.store->change_log().Read({}, {}));
  Entry damaged = *entries[0];
  damaged.article.clear();
  const std::string bytes = EncodeEntry(damaged);
  EXPECT_THAT(DecodeEntry(bytes), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(DecodeArticle(Sequence(1), bytes),
              StatusIs(absl::StatusCode::kDataLoss));
}

TEST_F(ErasureTest, WhatDoesNotComeBeforeIsRefusedAndNothingIsWritten) {
  EXPECT_THAT(fixture_.Erase("a", Sequences({1, 5})),
              StatusIs(absl::StatusCode::kInternal));
  EXPECT_THAT(fixture_.Erase("a", Sequences({0})),
              StatusIs(absl::StatusCode::kInternal));
  EXPECT_EQ(fixture_.store->change_log().tail().last_sequence, Sequence(4));
  EXPECT_THAT(Article(1), IsOkAndHolds(HasSubstr(kSecret)));
}

// A decision sees what was decided before it in its group, and so does a kill.
TEST_F(ErasureTest, ReachesIntoItsOwnFrame) {
  const auto committed = fixture_.store->committer().Commit(
      {.actor = "test"},
      [&](const DecisionContext& context) -> absl::StatusOr<Decision> {
        Decision decision;
        for (int i = 0; i < 2; ++i) {
          COURANT_ASSIGN_OR_RETURN(
              ChangeDraft draft,
              DraftOf(context, "c", i == 0 ? kSecret : "nothing left"));
          if (i == 1) draft.erased = Sequences({1, 3, 5});
          decision.push_back(std::move(draft));
        }
        return decision;
      });
  ASSERT_THAT(committed, IsOk());
  EXPECT_EQ(committed->sequence, Sequence(6));
  for (const uint64_t sequence : {1, 3, 5}) {
    EXPECT_EQ(ErasedBy(Article(sequence).status()), Sequence(6)) << sequence;
  }
  EXPECT_TRUE(listener_.told[4]->article.empty());
}

TEST_F(ErasureTest, TheFirstToTakeAwayIsRemembered) {
  ASSERT_THAT(fixture_.Erase("a", Sequences({1})), IsOk());
  ASSERT_THAT(fixture_.Erase("a", Sequences({1, 3})), IsOk());
  EXPECT_EQ(ErasedBy(Article(1).status()), Sequence(5));
  EXPECT_EQ(ErasedBy(Article(3).status()), Sequence(6));
}

// Another node, which learns of everything from frames alone, ends up with the
// same records.
TEST_F(ErasureTest, FollowsFromTheFramesAlone) {
  COURANT_ASSERT_OK_AND_ASSIGN(
      std::vector<Frame> frames,
      EmbeddedLog::Open(const_cast<Database&>(fixture_.store->database()))
          .value()
          ->Read(FrameIndex(1), 1 << 20));
  ASSERT_THAT(fixture_.Erase("a", Sequences({1, 3})), IsOk());
  COURANT_ASSERT_OK_AND_ASSIGN(
      const std::vector<Frame> rest,
      EmbeddedLog::Open(const_cast<Database&>(fixture_.store->database()))
          .value()
          ->Read(FrameIndex(5), 1 << 20));
  ASSERT_EQ(rest.size(), 1u);
  EXPECT_EQ(rest[0].header.min_reader_level(), 2u);
  EXPECT_EQ(frames[0].header.min_reader_level(), 1u);
  frames.push_back(rest[0]);

  COURANT_ASSERT_OK_AND_ASSIGN(const auto other,
                               Database::Open(fixture_.dir.Join("other"), {}));
  Applier applier(*other, Tail());
  for (Frame& frame : frames) {
    ASSERT_THAT(applier.Apply(std::move(frame)), IsOk());
  }
  for (const Family family : kFamilies) {
    if (family == Family::kMeta) continue;
    const auto theirs = other->Iterate(family);
    const auto ours = fixture_.store->database().Iterate(family);
    theirs->SeekToFirst();
    for (ours->SeekToFirst(); ours->Valid(); ours->Next(), theirs->Next()) {
      ASSERT_TRUE(theirs->Valid()) << FamilyName(family);
      EXPECT_EQ(theirs->key(), ours->key()) << FamilyName(family);
      EXPECT_EQ(theirs->value(), ours->value()) << FamilyName(family);
    }
    EXPECT_FALSE(theirs->Valid()) << FamilyName(family);
  }
}

}  // namespace
}  // namespace courant::storage

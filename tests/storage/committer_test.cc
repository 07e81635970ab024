#include "storage/committer.h"

#include <atomic>
#include <chrono>
#include <future>
#include <set>
#include <thread>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"
#include "tests/storage/store_fixture.h"
#include "tests/testing/status_matchers.h"

namespace courant::storage {
namespace {

constexpr absl::string_view kRequest = "5e2f5a0c-8a52-4c86-9d2f-0c3f1c6f9b11";
constexpr absl::string_view kFingerprint = "0123456789abcdef";

class CommitterTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_THAT(fixture_.Open(), IsOk()); }

  Sequence tail() { return fixture_.store->change_log().tail().last_sequence; }

  // Asks for "a" as it is.
  absl::StatusOr<Committed> Stand(absl::string_view request_id) {
    return fixture_.store->committer().Commit(
        {.actor = "test",
         .request_id = std::string(request_id),
         .fingerprint = std::string(kFingerprint)},
        [](const DecisionContext& context) -> absl::StatusOr<Decision> {
          COURANT_ASSIGN_OR_RETURN(std::optional<v1::ArticleRow> row,
                                   context.view.FindArticle("a"));
          return AsItStands("a", *std::move(row));
        });
  }

  StoreFixture fixture_;
};

// Notes every change that it is told of.
class Recorder final : public ChangeListener {
 public:
  void OnApplied(const std::vector<SharedEntry>& changes) override {
    for (const SharedEntry& change : changes) {
      sequences.push_back(change->sequence().value());
    }
  }
  std::vector<uint64_t> sequences;
};

TEST_F(CommitterTest, WhatWasCommittedIsReadAtOnceAndAfterReopening) {
  COURANT_ASSERT_OK_AND_ASSIGN(const Committed committed,
                               fixture_.Write("a", "one"));
  EXPECT_EQ(committed.sequence, Sequence(1));
  EXPECT_EQ(fixture_.HeadlineOf("a"), "one");
  ASSERT_THAT(fixture_.Open(), IsOk());
  EXPECT_EQ(fixture_.HeadlineOf("a"), "one");
  EXPECT_EQ(tail(), Sequence(1));
}

TEST_F(CommitterTest, ARevisionIsStampedWithItsPlace) {
  COURANT_ASSERT_OK_AND_ASSIGN(const Committed first,
                               fixture_.Write("a", "one"));
  COURANT_ASSERT_OK_AND_ASSIGN(const Committed second,
                               fixture_.Write("a", "two"));
  courant::v1::Article before;
  courant::v1::Article after;
  ASSERT_TRUE(before.ParseFromString(first.article));
  ASSERT_TRUE(after.ParseFromString(second.article));
  EXPECT_EQ(after.name(), "articles/a");
  EXPECT_EQ(after.revision(), 2);
  EXPECT_EQ(after.change_sequence(), 2);
  EXPECT_EQ(after.actor(), "test");
  EXPECT_NE(after.etag(), before.etag());
}

TEST_F(CommitterTest, ARefusedDecisionChangesNothing) {
  const auto refused = fixture_.store->committer().Commit(
      {.actor = "test"},
      [](const DecisionContext&) -> absl::StatusOr<Decision> {
        return absl::FailedPreconditionError("no");
      });
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kFailedPrecondition,
                                testing::HasSubstr("no")));
  EXPECT_EQ(tail(), Sequence(0));
}

TEST_F(CommitterTest, AnEmptyDecisionCommitsNothing) {
  COURANT_ASSERT_OK_AND_ASSIGN(
      const Committed nothing,
      fixture_.store->committer().Commit(
          {.actor = "test"},
          [](const DecisionContext&) { return Decision(); }));
  EXPECT_EQ(nothing.sequence, Sequence(0));
  EXPECT_EQ(tail(), Sequence(0));
}

TEST_F(CommitterTest, ARequestThatFoundNothingToChangeIsRemembered) {
  constexpr absl::string_view kOther = "5e2f5a0c-8a52-4c86-9d2f-0c3f1c6f9b12";
  COURANT_ASSERT_OK_AND_ASSIGN(const Committed one, fixture_.Write("a", "one"));
  for (const absl::string_view request_id : {kRequest, kOther}) {
    COURANT_ASSERT_OK_AND_ASSIGN(const Committed nothing, Stand(request_id));
    EXPECT_FALSE(nothing.replayed);
    EXPECT_EQ(nothing.sequence, one.sequence);
    EXPECT_EQ(nothing.article, one.article);
  }
  EXPECT_EQ(tail(), Sequence(1));
  ASSERT_THAT(fixture_.Write("a", "two"), IsOk());
  // Whatever it would do now.
  for (int attempt = 0; attempt < 2; ++attempt) {
    for (const absl::string_view request_id : {kRequest, kOther}) {
      COURANT_ASSERT_OK_AND_ASSIGN(
          const Committed again,
          fixture_.Write("a", "one", request_id, kFingerprint));
      EXPECT_TRUE(again.replayed);
      EXPECT_EQ(again.sequence, one.sequence);
      EXPECT_EQ(again.article, one.article);
    }
    ASSERT_THAT(fixture_.Open(), IsOk());
  }
  EXPECT_EQ(tail(), Sequence(2));
  const auto reused = fixture_.Write("a", "one", kOther, "fedcba9876543210");
  EXPECT_EQ(ReasonOf(reused.status()), courant::v1::REQUEST_ID_REUSED);
}

// Each by its own time, although all of them found the same old revision.
TEST_F(CommitterTest, WhatFoundNothingToChangeIsForgottenInItsTurn) {
  ASSERT_THAT(fixture_.Open({.requests_kept = 2}), IsOk());
  ASSERT_THAT(fixture_.Write("a", "one"), IsOk());
  ASSERT_THAT(fixture_.Write("b", "one"), IsOk());
  fixture_.clock.Advance(absl::Hours(8 * 24));
  ASSERT_THAT(Stand(kRequest), IsOk());
  ASSERT_THAT(fixture_.Write("b", "two"), IsOk());
  ASSERT_THAT(fixture_.Write("b", "three"), IsOk());
  ASSERT_THAT(fixture_.Write("b", "four"), IsOk());
  COURANT_ASSERT_OK_AND_ASSIGN(Committed again, Stand(kRequest));
  EXPECT_TRUE(again.replayed);  // not as old as the revision
  fixture_.clock.Advance(absl::Hours(8 * 24));
  COURANT_ASSERT_OK_AND_ASSIGN(again, Stand(kRequest));
  EXPECT_FALSE(again.replayed);
  // Decided anew behind the newest change: not far enough behind to go.
  fixture_.clock.Advance(absl::Hours(8 * 24));
  COURANT_ASSERT_OK_AND_ASSIGN(again, Stand(kRequest));
  EXPECT_TRUE(again.replayed);
}

TEST_F(CommitterTest, ARetriedRequestGetsTheFirstAnswerAlsoAfterReopening) {
  COURANT_ASSERT_OK_AND_ASSIGN(
      const Committed first,
      fixture_.Write("a", "one", kRequest, kFingerprint));
  ASSERT_THAT(fixture_.Write("a", "two"), IsOk());
  for (int attempt = 0; attempt < 2; ++attempt) {
    COURANT_ASSERT_OK_AND_ASSIGN(
        const Committed again,
        fixture_.Write("a", "one", kRequest, kFingerprint));
    EXPECT_TRUE(again.replayed);
    EXPECT_EQ(again.sequence, first.sequence);
    EXPECT_EQ(again.article, first.article);
    ASSERT_THAT(fixture_.Open(), IsOk());
  }
  EXPECT_EQ(tail(), Sequence(2));
}

TEST_F(CommitterTest, ARequestIdIsForOneRequest) {
  ASSERT_THAT(fixture_.Write("a", "one", kRequest, kFingerprint), IsOk());
  const auto reused = fixture_.Write("a", "two", kRequest, "fedcba9876543210");
  EXPECT_THAT(reused, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(ReasonOf(reused.status()), courant::v1::REQUEST_ID_REUSED);
  EXPECT_EQ(tail(), Sequence(1));
}

TEST_F(CommitterTest, WhatIsOnlyAskedForIsDecidedToTheEndAndNotDone) {
  fixture_.Close();
  int followed = 0;
  bool refuse = false;
  ASSERT_THAT(
      fixture_.Open({.consequences =
                         [&](const DecisionContext&, Decision& decision) {
                           ++followed;
                           decision[0].article.set_byline("followed");
                           return refuse ? absl::FailedPreconditionError("no")
                                         : absl::OkStatus();
                         }}),
      IsOk());
  const Proposal ask{.actor = "desk",
                     .request_id = std::string(kRequest),
                     .fingerprint = std::string(kFingerprint),
                     .validate_only = true};
  for (int i = 0; i < 2; ++i) {
    COURANT_ASSERT_OK_AND_ASSIGN(
        const Committed would_be,
        WriteArticle(*fixture_.store, "a", "one", ask));
    EXPECT_FALSE(would_be.replayed);
    EXPECT_EQ(would_be.sequence, Sequence(0));
    courant::v1::Article article;
    ASSERT_TRUE(article.ParseFromString(would_be.article));
    EXPECT_EQ(article.headline().value(), "one");
    EXPECT_EQ(article.byline(), "followed");
    EXPECT_EQ(article.change_sequence(), 0);
  }
  EXPECT_EQ(tail(), Sequence(0));
  EXPECT_EQ(followed, 2);
  refuse = true;
  EXPECT_THAT(WriteArticle(*fixture_.store, "a", "one", ask),
              StatusIs(absl::StatusCode::kFailedPrecondition, "no"));
  // The id is free still.
  refuse = false;
  Proposal write = ask;
  write.validate_only = false;
  COURANT_ASSERT_OK_AND_ASSIGN(
      const Committed written,
      WriteArticle(*fixture_.store, "a", "one", write));
  EXPECT_EQ(written.sequence, Sequence(1));
  EXPECT_FALSE(written.replayed);
}

TEST_F(CommitterTest, TimeNeverGoesBackInTheLog) {
  COURANT_ASSERT_OK_AND_ASSIGN(const Committed first,
                               fixture_.Write("a", "one"));
  const absl::Time before = fixture_.store->change_log().tail().commit_time;
  fixture_.clock.Advance(-absl::Hours(1));
  ASSERT_THAT(fixture_.Write("a", "two"), IsOk());
  EXPECT_GT(fixture_.store->change_log().tail().commit_time, before);
}

TEST_F(CommitterTest, CallersThatComeTogetherAreEachAnsweredWithTheirOwn) {
  constexpr int kThreads = 8;
  constexpr int kWrites = 50;
  Recorder recorder;
  fixture_.store->applier().SetListener(&recorder);
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      const std::string id = absl::StrCat("article-", t);
      for (int i = 1; i <= kWrites; ++i) {
        const auto committed = fixture_.Write(id, absl::StrCat(t, "/", i));
        courant::v1::Article article;
        if (!committed.ok() || !article.ParseFromString(committed->article) ||
            article.headline().value() != absl::StrCat(t, "/", i) ||
            article.revision() != i) {
          ++wrong;
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(tail(), Sequence(kThreads * kWrites));
  ASSERT_EQ(recorder.sequences.size(), size_t{kThreads * kWrites});
  for (size_t i = 0; i < recorder.sequences.size(); ++i) {
    EXPECT_EQ(recorder.sequences[i], i + 1);
  }
  fixture_.store->applier().SetListener(nullptr);
}

// Notes how far others see the log when it is told of a change.
class TailWatcher final : public ChangeListener {
 public:
  explicit TailWatcher(Applier& applier) : applier_(applier) {}
  void BeforeApplied(const std::vector<SharedEntry>& changes) override {
    begun = changes.front()->sequence();
    EXPECT_EQ(applier_.applied().last_sequence.Next(), begun);
    EXPECT_FALSE(applier_.WaitFor(begun, absl::ZeroDuration()));
  }
  void OnApplied(const std::vector<SharedEntry>& changes) override {
    EXPECT_EQ(changes.front()->sequence(), begun);
    EXPECT_TRUE(applier_.WaitFor(begun, absl::ZeroDuration()));
    ++told;
  }
  Sequence begun;
  int told = 0;

 private:
  Applier& applier_;
};

TEST_F(CommitterTest, WhoDecidesWhatIsReadIsToldBeforeWhoeverReads) {
  TailWatcher watcher(fixture_.store->applier());
  fixture_.store->applier().SetListener(&watcher);
  for (const char* headline : {"one", "two", "three"}) {
    ASSERT_THAT(fixture_.Write("a", headline), IsOk());
  }
  EXPECT_EQ(watcher.told, 3);
  fixture_.store->applier().SetListener(nullptr);
}

// A snapshot for which that does not hold yet waits for it.
class SnapshotTaker final : public ChangeListener {
 public:
  explicit SnapshotTaker(Applier& applier) : applier_(applier) {}
  void BeforeApplied(const std::vector<SharedEntry>& changes) override {
    taken = std::async(std::launch::async,
                       [this, begun = changes.front()->sequence()] {
                         EXPECT_THAT(applier_.TakeSnapshot(), IsOk());
                         EXPECT_GE(applier_.applied().last_sequence, begun);
                       });
    EXPECT_EQ(taken.wait_for(std::chrono::milliseconds(100)),
              std::future_status::timeout);
  }
  void OnApplied(const std::vector<SharedEntry>& /*changes*/) override {}
  std::future<void> taken;

 private:
  Applier& applier_;
};

TEST_F(CommitterTest, ASnapshotHasNothingThatNobodyWasToldOf) {
  SnapshotTaker taker(fixture_.store->applier());
  fixture_.store->applier().SetListener(&taker);
  ASSERT_THAT(fixture_.Write("a", "one"), IsOk());
  taker.taken.get();
  fixture_.store->applier().SetListener(nullptr);
  ASSERT_THAT(fixture_.store->applier().TakeSnapshot(), IsOk());
}

TEST_F(CommitterTest, OfWritersWithTheSameEtagExactlyOneWins) {
  constexpr int kThreads = 8;
  ASSERT_THAT(fixture_.Write("a", "start"), IsOk());
  for (int round = 0; round < 20; ++round) {
    COURANT_ASSERT_OK_AND_ASSIGN(
        const auto row, View(fixture_.store->database()).FindArticle("a"));
    const std::string etag = row->etag();
    std::atomic<int> won{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&] {
        const auto committed = fixture_.store->committer().Commit(
            {.actor = "test"},
            [&](const DecisionContext& context) -> absl::StatusOr<Decision> {
              auto current = context.view.FindArticle("a");
              if (!current.ok()) return current.status();
              if ((*current)->etag() != etag) {
                return absl::AbortedError("changed");
              }
              ChangeDraft draft{.kind = courant::v1::Change::DRAFTED,
                                .article_id = "a",
                                .attributes = (*current)->attributes(),
                                .previous = **current};
              Decision decision;
              decision.push_back(std::move(draft));
              return decision;
            });
        if (committed.ok()) ++won;
      });
    }
    for (std::thread& thread : threads) thread.join();
    EXPECT_EQ(won, 1);
  }
}

}  // namespace
}  // namespace courant::storage

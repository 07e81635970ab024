#include "tests/conformance/ordered_log_suite.h"

#include <algorithm>
#include <mutex>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gmock/gmock.h"
#include "storage/base/mutex.h"
#include "tests/conformance/one_change.h"
#include "tests/testing/status_matchers.h"

namespace courant::storage {
namespace {

using testing::SizeIs;

// More repeats than a log may need that answers at least now and then.
constexpr int kPatience = 1000;

// What makes two frames the same: all bytes that are stored.
std::string BytesOf(const Frame& frame) {
  std::string bytes = frame.header.SerializeAsString();
  for (const Entry& entry : frame.entries) bytes += EncodeEntry(entry);
  return bytes;
}

// Counts wake-ups, and waits for them.
class Bell {
 public:
  void Ring() {
    MutexLock lock(mu_);
    ++rings_;
    rung_.SignalAll();
  }
  // False when it did not ring within a minute.
  bool Await() {
    const absl::Time deadline = absl::Now() + absl::Minutes(1);
    MutexLock lock(mu_);
    while (rings_ == 0 && absl::Now() < deadline) {
      rung_.WaitFor(mu_, absl::Seconds(1));
    }
    return rings_ > 0;
  }
  int rings() const {
    MutexLock lock(mu_);
    return rings_;
  }

 private:
  mutable Mutex mu_;
  CondVar rung_;
  int rings_ ABSL_GUARDED_BY(mu_) = 0;
};

}  // namespace

void OrderedLogSuite::SetUp() {
  under_test_ = GetParam().make(dir_.Join("log"));
  ASSERT_NE(under_test_, nullptr);
}

AppendResult OrderedLogSuite::AppendAt(const Tail& expected,
                                       const Frame& frame) {
  AppendResult result;
  for (int i = 0; i < kPatience; ++i) {
    StateBatch state(under_test_->database());
    result = log().AppendAt(expected, frame, state);
    if (result.outcome != AppendOutcome::kUnknown) return result;
  }
  ADD_FAILURE() << "no definite answer: " << result.error;
  return result;
}

Frame OrderedLogSuite::FrameAfter(const Tail& tail, size_t bytes) {
  courant::v1::Article article;
  article.mutable_headline()->set_value(std::string(bytes, 'x'));
  return FrameOfOneChange(tail, absl::StrCat("a", ++frames_made_), "suite",
                          std::move(article));
}

Frame OrderedLogSuite::AppendNext(size_t bytes) {
  for (int i = 0; i < kPatience; ++i) {
    const absl::StatusOr<Tail> tail = log().CheckTail();
    if (!tail.ok()) continue;
    Frame frame = FrameAfter(*tail, bytes);
    if (AppendAt(*tail, frame).outcome == AppendOutcome::kCommitted) {
      return frame;
    }
  }
  ADD_FAILURE() << "never got in";
  return {};
}

std::vector<Frame> OrderedLogSuite::ReadAll(FrameIndex from) {
  std::vector<Frame> all;
  while (true) {
    absl::StatusOr<std::vector<Frame>> some = log().Read(from, 10'000);
    EXPECT_THAT(some, IsOk());
    if (!some.ok() || some->empty()) return all;
    from = some->back().index().Next();
    for (Frame& frame : *some) all.push_back(std::move(frame));
  }
}

TEST_P(OrderedLogSuite, BeginsEmpty) {
  EXPECT_THAT(log().CheckTail(), IsOkAndHolds(Tail()));
  EXPECT_THAT(log().Read(FrameIndex(1), 1000), IsOkAndHolds(SizeIs(0)));
}

TEST_P(OrderedLogSuite, AFrameStaysAsItIsAtItsIndexForEver) {
  const Frame frame = AppendNext();
  for (int i = 0; i < 3; ++i) AppendNext();
  for (int round = 0; round < 2; ++round) {
    COURANT_ASSERT_OK_AND_ASSIGN(const std::vector<Frame> read,
                                 log().Read(frame.index(), 1));
    ASSERT_FALSE(read.empty());
    EXPECT_EQ(BytesOf(read[0]), BytesOf(frame)) << "round " << round;
    under_test_->Reopen();
  }
}

TEST_P(OrderedLogSuite, RepeatingAnAppendIsHarmlessAtAnyTime) {
  COURANT_ASSERT_OK_AND_ASSIGN(Tail tail, log().CheckTail());
  Frame frame = FrameAfter(tail);
  while (AppendAt(tail, frame).outcome != AppendOutcome::kCommitted) {
    COURANT_ASSERT_OK_AND_ASSIGN(tail, log().CheckTail());
    frame = FrameAfter(tail);
  }
  const auto expect_committed_again = [&] {
    for (int i = 0; i < 3; ++i) {
      EXPECT_EQ(AppendAt(tail, frame).outcome, AppendOutcome::kCommitted);
    }
  };
  expect_committed_again();
  AppendNext();
  expect_committed_again();
  under_test_->Reopen();
  expect_committed_again();
  int times = 0;
  for (const Frame& read : ReadAll()) {
    if (read.header.batch_id() == frame.header.batch_id()) ++times;
  }
  EXPECT_EQ(times, 1);
}

TEST_P(OrderedLogSuite, AConflictIsFinal) {
  const Frame winner = AppendNext();
  AppendNext();
  // The frames before the winner are those that the loser followed as well.
  Tail before;
  for (const Frame& frame : ReadAll()) {
    if (frame.index() < winner.index()) before = frame.TailAfter();
  }
  const Frame loser = FrameAfter(before);
  ASSERT_EQ(loser.index(), winner.index());
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 3; ++i) {
      const AppendResult result = AppendAt(before, loser);
      EXPECT_EQ(result.outcome, AppendOutcome::kConflict);
      EXPECT_FALSE(result.error.ok());
    }
    AppendNext();
    under_test_->Reopen();
  }
  for (const Frame& frame : ReadAll()) {
    EXPECT_NE(frame.header.batch_id(), loser.header.batch_id());
  }
}

TEST_P(OrderedLogSuite, TakesNothingThatDoesNotFollow) {
  const Tail tail = AppendNext().TailAfter();
  Tail other = tail;
  other.digest = ChainDigest().Extend("another history");
  Tail ahead = tail;
  ahead.index = FrameIndex(tail.index.value() + 7);
  Frame broken = FrameAfter(tail);
  broken.entries[0].facts_bytes.back() ^= 1;
  Frame regressed = FrameAfter(tail);
  regressed.header.set_epoch(0);
  const size_t frames = ReadAll().size();
  EXPECT_EQ(AppendAt(other, FrameAfter(other)).outcome,
            AppendOutcome::kConflict);
  EXPECT_EQ(AppendAt(ahead, FrameAfter(ahead)).outcome,
            AppendOutcome::kConflict);
  EXPECT_EQ(AppendAt(tail, broken).outcome, AppendOutcome::kConflict);
  EXPECT_EQ(AppendAt(tail, regressed).outcome, AppendOutcome::kConflict);
  for (const Frame& frame : ReadAll()) {
    EXPECT_EQ(frame.header.epoch(), 1u);
    if (frame.index() > tail.index) {
      EXPECT_EQ(frame.entries[0].facts.article_id().substr(0, 5), "rival");
    }
  }
  EXPECT_GE(ReadAll().size(), frames);
}

TEST_P(OrderedLogSuite, AnErrorOfTheEngineIsUnknownUntilItIsRepeated) {
  for (const bool no_space : {true, false}) {
    const Tail tail = AppendNext().TailAfter();
    if (!under_test_->BreakEngine(no_space)) GTEST_SKIP();
    const Frame frame = FrameAfter(tail);
    for (int i = 0; i < 3; ++i) {
      StateBatch state(under_test_->database());
      const AppendResult result = log().AppendAt(tail, frame, state);
      EXPECT_EQ(result.outcome, AppendOutcome::kUnknown);
      EXPECT_FALSE(result.error.ok());
    }
    under_test_->Reopen();
    // It may have got in or not, and another writer's may have; the answer is
    // definite, and stays.
    const AppendOutcome first = AppendAt(tail, frame).outcome;
    EXPECT_EQ(AppendAt(tail, frame).outcome, first);
    if (first == AppendOutcome::kConflict && GetParam().has_rivals) continue;
    EXPECT_EQ(first, AppendOutcome::kCommitted);
    COURANT_ASSERT_OK_AND_ASSIGN(const std::vector<Frame> read,
                                 log().Read(frame.index(), 1));
    ASSERT_THAT(read, SizeIs(1));
    EXPECT_EQ(BytesOf(read[0]), BytesOf(frame));
  }
}

TEST_P(OrderedLogSuite, WhatWasTrimmedIsToldFromWhatNeverWas) {
  std::vector<Frame> frames;
  for (int i = 0; i < 6; ++i) frames.push_back(AppendNext());
  ASSERT_THAT(log().Trim(frames[3].index()), IsOk());
  for (int round = 0; round < 2; ++round) {
    EXPECT_THAT(log().Read(frames[0].index(), 1000),
                StatusIs(absl::StatusCode::kOutOfRange));
    EXPECT_EQ(BytesOf(ReadAll(frames[3].index())[0]), BytesOf(frames[3]));
    // Both one that was in the log and one that was not: nobody knows any more.
    EXPECT_EQ(AppendAt(Tail(), frames[0]).outcome, AppendOutcome::kTrimmed);
    EXPECT_EQ(AppendAt(Tail(), FrameAfter(Tail())).outcome,
              AppendOutcome::kTrimmed);
    EXPECT_EQ(AppendAt(frames[3].TailAfter(), frames[4]).outcome,
              AppendOutcome::kCommitted);
    AppendNext();
    under_test_->Reopen();
  }
}

TEST_P(OrderedLogSuite, TheNewestFrameIsNeverTrimmed) {
  AppendNext();
  const Frame newest = AppendNext();
  ASSERT_THAT(log().Trim(FrameIndex(newest.index().value() + 100)), IsOk());
  under_test_->Reopen();
  EXPECT_EQ(BytesOf(ReadAll(newest.index())[0]), BytesOf(newest));
  AppendNext();
}

TEST_P(OrderedLogSuite, ASealedLogTakesNothingMoreAlsoAfterReopening) {
  const Frame kept = AppendNext();
  ASSERT_THAT(log().Seal(), IsOk());
  const std::vector<Frame> before = ReadAll();
  for (int round = 0; round < 2; ++round) {
    const Tail tail = before.back().TailAfter();
    EXPECT_EQ(AppendAt(tail, FrameAfter(tail)).outcome, AppendOutcome::kSealed);
    // What is in it stays, and whoever asks is told so.
    EXPECT_EQ(ReadAll().size(), before.size());
    Tail followed;
    for (const Frame& frame : before) {
      if (frame.index() < kept.index()) followed = frame.TailAfter();
    }
    EXPECT_EQ(AppendAt(followed, kept).outcome, AppendOutcome::kCommitted);
    under_test_->Reopen();
  }
}

TEST_P(OrderedLogSuite, ReadsAreContiguousAndBounded) {
  for (int i = 0; i < 20; ++i) AppendNext(1000);
  const std::vector<Frame> all = ReadAll();
  const FrameIndex last = all.back().index();
  for (FrameIndex from(1); from <= last; from = from.Next()) {
    COURANT_ASSERT_OK_AND_ASSIGN(const auto one, log().Read(from, 1));
    ASSERT_THAT(one, SizeIs(1));
    EXPECT_EQ(one[0].index(), from);
    COURANT_ASSERT_OK_AND_ASSIGN(const auto some, log().Read(from, 3500));
    size_t bytes_before_last = 0;
    for (size_t i = 0; i < some.size(); ++i) {
      EXPECT_EQ(some[i].index().value(), from.value() + i);
      if (i + 1 < some.size()) bytes_before_last += BytesOf(some[i]).size();
    }
    // One more than fits, at most, and not a few of many.
    EXPECT_LT(bytes_before_last, 3500u + 1000u);
    EXPECT_GE(some.size(), std::min<size_t>(2, last.value() - from.value()));
  }
  EXPECT_THAT(log().Read(last.Next(), 1000), IsOkAndHolds(SizeIs(0)));
}

TEST_P(OrderedLogSuite, WakesAtOnceWhenTheFrameIsThere) {
  const Frame frame = AppendNext();
  Bell bell;
  log().Notify(frame.index(), [&] { bell.Ring(); });
  EXPECT_TRUE(bell.Await());
}

TEST_P(OrderedLogSuite, WakesWhenTheFrameComesAndNotBefore) {
  AppendNext();
  const FrameIndex wanted(ReadAll().back().index().value() + 3);
  Bell bell;
  log().Notify(wanted, [&] { bell.Ring(); });
  EXPECT_EQ(bell.rings(), 0);
  while (ReadAll().back().index() < wanted) AppendNext();
  EXPECT_TRUE(bell.Await());
  for (int i = 0; i < 3; ++i) AppendNext();
  if (GetParam().wakes_once) {
    EXPECT_EQ(bell.rings(), 1);
  }
}

TEST_P(OrderedLogSuite, StateIsWrittenWithItsFrameOrNotAtAll) {
  const Database& database = under_test_->database();
  const Frame first = AppendNext();
  const Frame second = FrameAfter(first.TailAfter());
  StateBatch state(database);
  state.PutBlind(Family::kMeta, "with it", "1");
  if (!GetParam().writes_state) {
    // Then it is left to the applier, whatever becomes of the frame.
    log().AppendAt(first.TailAfter(), second, state);
    EXPECT_FALSE(state.written());
    EXPECT_THAT(database.Get(Family::kMeta, "with it"),
                IsOkAndHolds(testing::Eq(std::nullopt)));
    return;
  }
  EXPECT_EQ(log().AppendAt(first.TailAfter(), second, state).outcome,
            AppendOutcome::kCommitted);
  EXPECT_TRUE(state.written());
  EXPECT_THAT(database.Get(Family::kMeta, "with it"),
              IsOkAndHolds(testing::Optional(std::string("1"))));
  StateBatch lost(database);
  lost.PutBlind(Family::kMeta, "not at all", "1");
  EXPECT_EQ(
      log()
          .AppendAt(first.TailAfter(), FrameAfter(first.TailAfter()), lost)
          .outcome,
      AppendOutcome::kConflict);
  EXPECT_FALSE(lost.written());
  EXPECT_THAT(database.Get(Family::kMeta, "not at all"),
              IsOkAndHolds(testing::Eq(std::nullopt)));
}

TEST_P(OrderedLogSuite, OfConcurrentAppendersExactlyOneWinsEachIndex) {
  constexpr int kWriters = 4;
  constexpr int kFramesEach = 20;
  std::mutex mu;
  std::set<std::string> won;  // batch ids
  std::vector<std::thread> writers;
  writers.reserve(kWriters);
  for (int i = 0; i < kWriters; ++i) {
    writers.emplace_back([&] {
      for (int n = 0; n < kFramesEach; ++n) {
        const Frame frame = AppendNext();
        const std::lock_guard lock(mu);
        won.insert(frame.header.batch_id());
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(won.size(), size_t{kWriters} * kFramesEach);
  under_test_->Reopen();
  Tail tail;
  std::set<std::string> found;
  for (const Frame& frame : ReadAll()) {
    ASSERT_THAT(VerifyFollows(tail, frame), IsOk());
    tail = frame.TailAfter();
    EXPECT_TRUE(found.insert(frame.header.batch_id()).second);
  }
  for (const std::string& batch_id : won) EXPECT_TRUE(found.contains(batch_id));
}

}  // namespace courant::storage

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "storage/committer.h"
#include "storage/embedded_log.h"
#include "storage/errors/reason.h"
#include "tests/testing/fake_clock.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

// What the committer promises to those who do not wait for it: with a log whose
// appends stop at a door, so that each test says when a group is committed.

namespace courant::storage {
namespace {

using testing::ElementsAre;

// The embedded log behind a door.
class GatedLog final : public OrderedLog {
 public:
  explicit GatedLog(EmbeddedLog& log) : log_(log) {}

  // Lets the next `appends` pass, also those to come.
  void LetPass(int appends) {
    MutexLock lock(mu_);
    passes_ += appends;
    changed_.SignalAll();
  }

  // From now on no append succeeds, and it is not known what became of it.
  void Break() {
    MutexLock lock(mu_);
    broken_ = true;
    changed_.SignalAll();
  }

  // Waits until so many appends have come to the door, in all.
  void WaitForArrivals(int appends) {
    MutexLock lock(mu_);
    while (arrivals_ < appends) changed_.Wait(mu_);
  }

  int arrivals() {
    MutexLock lock(mu_);
    return arrivals_;
  }

  absl::StatusOr<Tail> CheckTail() override { return log_.CheckTail(); }
  AppendResult AppendAt(const Tail& expected, const Frame& frame,
                        StateBatch& state) override {
    {
      MutexLock lock(mu_);
      ++arrivals_;
      changed_.SignalAll();
      while (passes_ == 0 && !broken_) changed_.Wait(mu_);
      if (broken_) {
        return {AppendOutcome::kUnknown, absl::UnavailableError("disk gone")};
      }
      --passes_;
    }
    return log_.AppendAt(expected, frame, state);
  }
  absl::StatusOr<std::vector<Frame>> Read(FrameIndex from,
                                          size_t max_bytes) override {
    return log_.Read(from, max_bytes);
  }
  void Notify(FrameIndex from, std::function<void()> wake) override {
    log_.Notify(from, std::move(wake));
  }
  absl::Status Trim(FrameIndex first_kept) override {
    return log_.Trim(first_kept);
  }
  absl::Status Seal() override { return log_.Seal(); }

 private:
  EmbeddedLog& log_;
  Mutex mu_;
  CondVar changed_;
  int passes_ ABSL_GUARDED_BY(mu_) = 0;
  int arrivals_ ABSL_GUARDED_BY(mu_) = 0;
  bool broken_ ABSL_GUARDED_BY(mu_) = false;
};

// Answers in the order in which they came.
class Answers {
 public:
  // Takes one answer. `name` is whose it is.
  Done Take(std::string name) {
    return [this, name = std::move(name)](absl::StatusOr<Committed> answer) {
      MutexLock lock(mu_);
      names_.push_back(name);
      answers_.push_back(std::move(answer));
      changed_.SignalAll();
    };
  }

  void WaitFor(size_t count) {
    MutexLock lock(mu_);
    while (answers_.size() < count) changed_.Wait(mu_);
  }

  std::vector<std::string> names() {
    MutexLock lock(mu_);
    return names_;
  }
  std::vector<absl::StatusOr<Committed>> answers() {
    MutexLock lock(mu_);
    return answers_;
  }

 private:
  Mutex mu_;
  CondVar changed_;
  std::vector<std::string> names_ ABSL_GUARDED_BY(mu_);
  std::vector<absl::StatusOr<Committed>> answers_ ABSL_GUARDED_BY(mu_);
};

// Makes the first revisions of `ids`, all in one decision.
Decide Create(std::vector<std::string> ids) {
  return [ids = std::move(ids)](const DecisionContext&) {
    Decision decision;
    for (const std::string& id : ids) {
      ChangeDraft draft{.kind = courant::v1::Change::DRAFTED, .article_id = id};
      draft.attributes.set_language("en");
      decision.push_back(std::move(draft));
    }
    return decision;
  };
}

std::string NameIn(const Committed& committed) {
  courant::v1::Article article;
  EXPECT_TRUE(article.ParseFromString(committed.article));
  return article.name();
}

class SubmitTest : public testing::Test {
 protected:
  void SetUp() override {
    auto database = Database::Open(dir_.Join("db"), {});
    ASSERT_THAT(database, IsOk());
    database_ = *std::move(database);
    auto log = EmbeddedLog::Open(*database_);
    ASSERT_THAT(log, IsOk());
    log_ = *std::move(log);
    gate_ = std::make_unique<GatedLog>(*log_);
    applier_ = std::make_unique<Applier>(*database_, Tail());
    metrics_ = std::make_unique<StorageMetrics>(registry_);
    committer_ = std::make_unique<Committer>(
        *database_, *gate_, *applier_, clock_, *metrics_,
        CommitterOptions{.on_broken = [this](const absl::Status&) {
          broken_.fetch_add(1);
        }});
  }

  void Submit(const std::string& id) {
    committer_->Submit({.actor = "test"}, Create({id}), answers_.Take(id));
  }

  // Submits on a thread of its own, which stands at the door when this
  // returns: from now on others find somebody who commits.
  std::thread SubmitAndStand(const std::string& id) {
    const int arrivals = gate_->arrivals();
    std::thread leader([this, id] { Submit(id); });
    gate_->WaitForArrivals(arrivals + 1);
    return leader;
  }

  TempDir dir_;
  FakeClock clock_;
  prometheus::Registry registry_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<EmbeddedLog> log_;
  std::unique_ptr<GatedLog> gate_;
  std::unique_ptr<Applier> applier_;
  std::unique_ptr<StorageMetrics> metrics_;
  Answers answers_;
  std::atomic<int> broken_{0};
  std::unique_ptr<Committer> committer_;  // Last: it answers when it goes.
};

TEST_F(SubmitTest, WhoComesAloneIsAnsweredOnItsOwnThread) {
  gate_->LetPass(1);
  std::thread::id answered_on;
  committer_->Submit({.actor = "test"}, Create({"a"}),
                     [&](const absl::StatusOr<Committed>& answer) {
                       EXPECT_THAT(answer, IsOk());
                       answered_on = std::this_thread::get_id();
                     });
  EXPECT_EQ(answered_on, std::this_thread::get_id());
}

TEST_F(SubmitTest, WhoFindsSomebodyCommittingIsNotHeld) {
  std::thread leader = SubmitAndStand("a");
  // Each returns although nothing can be committed yet.
  for (const char* id : {"b", "c", "d"}) Submit(id);
  EXPECT_THAT(answers_.names(), ElementsAre());
  gate_->LetPass(2);
  answers_.WaitFor(4);
  leader.join();
  // Those who came meanwhile share a frame.
  EXPECT_EQ(gate_->arrivals(), 2);
  EXPECT_EQ(applier_->applied().index, FrameIndex(2));
  EXPECT_EQ(applier_->applied().last_sequence, Sequence(4));
}

TEST_F(SubmitTest, DecisionsAreTakenInTheOrderOfSubmission) {
  std::thread leader = SubmitAndStand("a");
  std::vector<std::string> expected = {"articles/a"};
  constexpr size_t kMore = 2 * Committer::kMaxGroup;  // in several frames
  for (size_t i = 0; i < kMore; ++i) {
    Submit(absl::StrCat("b", i));
    expected.push_back(absl::StrCat("articles/b", i));
  }
  gate_->LetPass(3);
  answers_.WaitFor(1 + kMore);
  leader.join();
  std::vector<std::string> names(1 + kMore);
  for (const absl::StatusOr<Committed>& answer : answers_.answers()) {
    ASSERT_THAT(answer, IsOk());
    names.at(answer->sequence.value() - 1) = NameIn(*answer);
  }
  EXPECT_EQ(names, expected);
  EXPECT_EQ(gate_->arrivals(), 3);
}

TEST_F(SubmitTest, ManySubmittersAreEachAnsweredWithTheirOwnInTheirOrder) {
  constexpr int kThreads = 8;
  constexpr int kEach = 100;
  gate_->LetPass(kThreads * kEach);
  std::vector<std::vector<uint64_t>> sequences(kThreads,
                                               std::vector<uint64_t>(kEach, 0));
  std::atomic<int> wrong{0};
  {
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < kEach; ++i) {
          const std::string id = absl::StrCat("a", t, "-", i);
          committer_->Submit(
              {.actor = "test"}, Create({id}),
              [&, t, i, id](const absl::StatusOr<Committed>& answer) {
                if (!answer.ok() ||
                    NameIn(*answer) != absl::StrCat("articles/", id)) {
                  return void(++wrong);
                }
                sequences[t][i] = answer->sequence.value();
              });
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
    committer_ = nullptr;
  }
  EXPECT_EQ(wrong, 0);
  for (const std::vector<uint64_t>& own : sequences) {
    EXPECT_GT(own.front(), 0u);
    for (int i = 1; i < kEach; ++i) EXPECT_GT(own[i], own[i - 1]);
  }
  EXPECT_EQ(applier_->applied().last_sequence, Sequence(kThreads * kEach));
}

TEST_F(SubmitTest, ASlowAnswerDoesNotDelayTheNextGroup) {
  Mutex mu;
  CondVar changed;
  bool answering = false;
  bool go_on = false;
  std::thread first = SubmitAndStand("a");
  // Committed by the committer's thread, answered by the other one, slowly.
  committer_->Submit({.actor = "test"}, Create({"slow"}),
                     [&](const absl::StatusOr<Committed>& answer) {
                       EXPECT_THAT(answer, IsOk());
                       MutexLock lock(mu);
                       answering = true;
                       changed.SignalAll();
                       while (!go_on) changed.Wait(mu);
                     });
  gate_->LetPass(2);
  first.join();
  {
    MutexLock lock(mu);
    while (!answering) changed.Wait(mu);
  }
  // Both ways to commit still work: on the own thread, and on the committer's.
  std::thread second = SubmitAndStand("b");
  Submit("c");
  gate_->LetPass(2);
  second.join();
  EXPECT_TRUE(applier_->WaitFor(Sequence(4), absl::Seconds(60)));
  // All is committed while the slow answer is still being given. "b" has its
  // answer already if it came when nobody was leading any more, and was its own
  // leader; "c" waits its turn behind the slow one.
  EXPECT_THAT(answers_.names(),
              testing::AnyOf(ElementsAre("a"), ElementsAre("a", "b")));
  {
    MutexLock lock(mu);
    go_on = true;
    changed.SignalAll();
  }
  answers_.WaitFor(3);
}

TEST_F(SubmitTest, WhatIsPendingIsCommittedAndAnsweredBeforeItEnds) {
  std::thread first = SubmitAndStand("a");
  Submit("b");
  gate_->LetPass(1);
  first.join();
  // The committer's own thread stands at the door now, and more waits.
  gate_->WaitForArrivals(2);
  Submit("c");
  Submit("d");
  std::thread opener([this] { gate_->LetPass(2); });
  committer_ = nullptr;
  EXPECT_THAT(answers_.names(), ElementsAre("a", "b", "c", "d"));
  EXPECT_EQ(applier_->applied().last_sequence, Sequence(4));
  opener.join();
}

TEST_F(SubmitTest, ABrokenLogAnswersEverybodyAndTakesNothingMore) {
  std::thread leader = SubmitAndStand("a");
  for (const char* id : {"b", "c", "d"}) Submit(id);
  gate_->Break();
  leader.join();
  answers_.WaitFor(4);
  const int arrivals = gate_->arrivals();
  Submit("e");
  answers_.WaitFor(5);
  for (const absl::StatusOr<Committed>& answer : answers_.answers()) {
    EXPECT_THAT(answer, StatusIs(absl::StatusCode::kUnavailable));
    EXPECT_EQ(ReasonOf(answer.status()), courant::v1::OUTCOME_UNKNOWN);
  }
  EXPECT_EQ(gate_->arrivals(), arrivals);
  EXPECT_EQ(broken_, 1);
  EXPECT_EQ(applier_->applied().last_sequence, Sequence(0));
}

TEST_F(SubmitTest, ADecisionIsTakenAgainWhenAnotherWriterCameFirst) {
  Applier other_applier(*database_, Tail());
  Committer other(*database_, *log_, other_applier, clock_, *metrics_, {});
  ASSERT_THAT(other.Commit({.actor = "other"}, Create({"theirs"})), IsOk());
  gate_->LetPass(2);
  int decided = 0;
  COURANT_ASSERT_OK_AND_ASSIGN(
      const Committed ours,
      committer_->Commit({.actor = "test"},
                         [&](const DecisionContext& context) {
                           ++decided;
                           return Create({"ours"})(context);
                         }));
  EXPECT_EQ(decided, 2);
  EXPECT_EQ(ours.sequence, Sequence(2));
  EXPECT_EQ(NameIn(ours), "articles/ours");
}

TEST_F(SubmitTest, ADecisionOfManyChangesIsOneCommit) {
  gate_->LetPass(1);
  COURANT_ASSERT_OK_AND_ASSIGN(
      const Committed last,
      committer_->Commit({.actor = "test"}, Create({"a", "b", "c"})));
  EXPECT_EQ(last.sequence, Sequence(3));
  EXPECT_EQ(NameIn(last), "articles/c");
  EXPECT_EQ(applier_->applied().index, FrameIndex(1));
}

}  // namespace
}  // namespace courant::storage

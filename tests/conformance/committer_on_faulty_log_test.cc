// A committer whose log is elsewhere: answers get lost, others append as well,
// and now and then the program has to be started again because an outcome
// stayed unknown. Whatever was acknowledged is in the log once, in order.

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "prometheus/registry.h"
#include "storage/committer.h"
#include "storage/embedded_log.h"
#include "storage/frame_store.h"
#include "storage/log_verifier.h"
#include "tests/conformance/one_change.h"
#include "tests/storage/store_fixture.h"
#include "tests/testing/faulty_log.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace courant::storage {
namespace {

constexpr uint64_t kSeed = 20261125;
constexpr int kWriters = 4;
constexpr int kWritesEach = 60;

// Another node's frame, with one change.
Frame FrameOfAnotherNode(const Tail& tail) {
  return FrameOfOneChange(tail, absl::StrCat("other", tail.index.value()),
                          "another node");
}

// What readers are told, which must be everything, once and in order.
struct Told final : ChangeListener {
  void OnApplied(const std::vector<SharedEntry>& changes) override {
    for (const SharedEntry& change : changes) {
      EXPECT_EQ(change->sequence(), last.Next());
      last = change->sequence();
    }
  }
  Sequence last;
};

// A node with its own state; the log lies in another database, as if on other
// machines.
class CommitterOnFaultyLogTest : public testing::Test {
 protected:
  void SetUp() override {
    RecordProperty("seed", static_cast<int>(kSeed));
    COURANT_ASSERT_OK_AND_ASSIGN(log_database_,
                                 Database::Open(dir_.Join("log"), {}));
    COURANT_ASSERT_OK_AND_ASSIGN(log_, EmbeddedLog::Open(*log_database_));
    COURANT_ASSERT_OK_AND_ASSIGN(state_,
                                 Database::Open(dir_.Join("state"), {}));
  }

  // Starts the node, as after the end of the process: what the log has and the
  // state has not is applied first.
  void Start() {
    ++starts_;
    COURANT_ASSERT_OK_AND_ASSIGN(const Tail tail, LoadTail(*state_, 1000));
    EXPECT_EQ(tail.last_sequence, told_.last);
    applier_ = std::make_unique<Applier>(*state_, tail);
    applier_->SetListener(&told_);
    while (true) {
      COURANT_ASSERT_OK_AND_ASSIGN(
          std::vector<Frame> frames,
          log_->Read(applier_->applied().index.Next(), 1 << 20));
      if (frames.empty()) break;
      for (Frame& frame : frames) {
        ASSERT_THAT(applier_->Apply(std::move(frame)), IsOk());
      }
    }
    faulty_ = std::make_unique<FaultyLog>(*log_, *log_database_,
                                          kSeed + starts_, faults_);
    registry_ = std::make_unique<prometheus::Registry>();
    metrics_ = std::make_unique<StorageMetrics>(*registry_);
    committer_ = std::make_unique<Committer>(
        *state_, *faulty_, *applier_, clock_, *metrics_, CommitterOptions{});
  }

  // Writes what is still to do, until the committer gives up.
  void WriteUntilItBreaks(int writer) {
    while (next_[writer] < kWritesEach) {
      const std::string id = absl::StrCat("w", writer, "-", next_[writer]);
      const absl::StatusOr<Committed> committed = committer_->Commit(
          Proposal{.actor = "test",
                   .request_id = id,
                   .fingerprint = "0123456789abcdef"},
          [&](const DecisionContext& context) -> absl::StatusOr<Decision> {
            absl::StatusOr<ChangeDraft> draft =
                DraftOf(context, absl::StrCat("w", writer), id);
            if (!draft.ok()) return draft.status();
            Decision decision;
            decision.push_back(*std::move(draft));
            return decision;
          });
      if (!committed.ok()) {
        EXPECT_THAT(committed, StatusIs(absl::StatusCode::kUnavailable));
        return;
      }
      acknowledged_[writer].push_back(committed->sequence);
      ++next_[writer];
    }
  }

  bool Done() const {
    return std::all_of(std::begin(next_), std::end(next_),
                       [](int next) { return next == kWritesEach; });
  }

  TempDir dir_;
  SystemClock clock_;
  LogFaults faults_;
  std::unique_ptr<Database> log_database_;
  std::unique_ptr<Database> state_;
  std::unique_ptr<EmbeddedLog> log_;
  std::unique_ptr<FaultyLog> faulty_;
  std::unique_ptr<Applier> applier_;
  std::unique_ptr<prometheus::Registry> registry_;
  std::unique_ptr<StorageMetrics> metrics_;
  std::unique_ptr<Committer> committer_;
  Told told_;
  int starts_ = 0;
  int next_[kWriters] = {};
  std::vector<Sequence> acknowledged_[kWriters];
};

TEST_F(CommitterOnFaultyLogTest, NothingIsLostOrDoubledOrOutOfOrder) {
  faults_ = {.unknown_before = 200,
             .unknown_after = 400,
             .rival_first = 150,
             .delay = 50,
             .rival = FrameOfAnotherNode};
  // Over all starts. The last has what is left to write, often one append or
  // none, and may meet none; each before it ends when answers got lost, at a
  // frame that its seed determines, however the writers take turns.
  std::map<LogFault, uint64_t> faults_done = {{LogFault::kUnknownBefore, 0},
                                              {LogFault::kUnknownAfter, 0},
                                              {LogFault::kRivalFirst, 0},
                                              {LogFault::kDelay, 0}};
  while (!Done()) {
    ASSERT_LT(starts_, 200);
    Start();
    if (HasFatalFailure()) return;
    std::vector<std::thread> writers;
    writers.reserve(kWriters);
    for (int i = 0; i < kWriters; ++i) {
      writers.emplace_back([this, i] { WriteUntilItBreaks(i); });
    }
    for (std::thread& writer : writers) writer.join();
    committer_ = nullptr;
    for (auto& [kind, done] : faults_done) done += faulty_->faults_done(kind);
  }
  Start();  // takes in what others wrote after that
  EXPECT_GT(starts_, 2) << "no outcome stayed unknown";
  for (const auto& [kind, done] : faults_done) {
    EXPECT_GT(done, 0u) << "of fault " << static_cast<int>(kind);
  }

  // The log is whole, and the state has the same changes.
  const Tail tail = applier_->applied();
  EXPECT_THAT(log_->CheckTail(), IsOkAndHolds(tail));
  EXPECT_THAT(LogVerifier(*log_database_, tail).Run(Sequence(1)), IsOk());
  COURANT_ASSERT_OK_AND_ASSIGN(const VerifiedLog verified,
                               LogVerifier(*state_, tail).Run(Sequence(1)));
  EXPECT_EQ(verified.last_sequence, told_.last);

  std::map<std::string, Sequence> in_log;  // by request id
  uint64_t of_others = 0;
  COURANT_ASSERT_OK_AND_ASSIGN(const std::vector<Frame> frames,
                               log_->Read(FrameIndex(1), 1 << 30));
  for (const Frame& frame : frames) {
    for (const Entry& entry : frame.entries) {
      if (entry.facts.request_id().empty()) {
        ++of_others;
        continue;
      }
      EXPECT_TRUE(
          in_log.emplace(entry.facts.request_id(), entry.sequence()).second)
          << entry.facts.request_id() << " is there twice";
    }
  }
  EXPECT_GT(of_others, 0u);
  EXPECT_EQ(in_log.size(), size_t{kWriters} * kWritesEach);
  for (int writer = 0; writer < kWriters; ++writer) {
    EXPECT_TRUE(std::is_sorted(acknowledged_[writer].begin(),
                               acknowledged_[writer].end()));
    for (int n = 0; n < kWritesEach; ++n) {
      EXPECT_EQ(in_log[absl::StrCat("w", writer, "-", n)],
                acknowledged_[writer][n]);
    }
  }
}

}  // namespace
}  // namespace courant::storage

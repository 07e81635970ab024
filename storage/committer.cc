#include "storage/committer.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant::storage {
namespace {

// How often an append whose outcome is not known is repeated, and a decision is
// taken again because another writer came first.
constexpr int kAppendAttempts = 3;
constexpr int kConflictAttempts = 8;

// A request id is remembered for at least so many changes, however old.
constexpr uint64_t kRequestsKept = 1'000'000;

absl::Status OutcomeUnknown(const absl::Status& why) {
  if (ReasonOf(why) != courant::v1::ERROR_REASON_UNSPECIFIED) return why;
  return MakeError(courant::v1::OUTCOME_UNKNOWN,
                   absl::StrCat("the write may or may not have been applied: ",
                                why.message()));
}

}  // namespace

// One caller of Commit(). Lives on its stack. Waits on a lock of its own, so
// that waking many does not make them queue for one.
struct Committer::Waiter {
  enum class Role {
    kWait,  // somebody else is committing
    kLead,  // commit for everybody in the queue
    kDone,  // somebody else has committed for this caller
  };

  Waiter(const Proposal& p, Decide d) : proposal(p), decide(d) {}

  // The waiter may be gone when this returns.
  void Assign(Role assigned) ABSL_LOCKS_EXCLUDED(mu) {
    MutexLock lock(mu);
    role = assigned;
    assigned_cv.Signal();
  }
  Role Await() ABSL_LOCKS_EXCLUDED(mu) {
    MutexLock lock(mu);
    while (role == Role::kWait) assigned_cv.Wait(mu);
    return role;
  }

  const Proposal proposal;
  const Decide decide;
  Mutex mu;
  CondVar assigned_cv;
  Role role ABSL_GUARDED_BY(mu) = Role::kWait;

  // Touched by the caller that leads, and by this one when it is done.
  absl::StatusOr<Committed> result = Committed{};
  // Index of its last entry in the group; nothing when it has none.
  std::optional<size_t> last_entry;
};

// What becomes one frame.
struct Committer::Group {
  Group(const Database& database, const Tail& at, absl::Time time)
      : tail(at), chain(at.digest), commit_time(time), state(database) {}

  const Tail tail;
  ChainDigest chain;  // after the last of `entries`
  const absl::Time commit_time;
  StateBatch state;
  std::vector<Entry> entries;
};

Committer::Committer(const Database& database, OrderedLog& log,
                     Applier& applier, const Clock& clock,
                     StorageMetrics& metrics, CommitterOptions options)
    : database_(database),
      log_(log),
      applier_(applier),
      clock_(clock),
      metrics_(metrics),
      options_(std::move(options)) {}

absl::StatusOr<Committed> Committer::Commit(const Proposal& proposal,
                                            Decide decide) {
  Waiter self(proposal, decide);
  bool lead;
  {
    MutexLock lock(mu_);
    queue_.push_back(&self);
    // Who leads stays in the queue until its group is committed.
    lead = queue_.size() == 1;
  }
  if (!lead && self.Await() == Waiter::Role::kDone) {
    return std::move(self.result);
  }
  std::vector<Waiter*> group;
  {
    MutexLock lock(mu_);
    group.assign(queue_.begin(),
                 queue_.begin() + std::min(queue_.size(), kMaxGroup));
  }
  CommitGroup(group);
  Waiter* next = nullptr;
  {
    MutexLock lock(mu_);
    queue_.erase(queue_.begin(), queue_.begin() + group.size());
    if (!queue_.empty()) next = queue_.front();
  }
  // The next group first: it can go to disk while this one is answered.
  if (next != nullptr) next->Assign(Waiter::Role::kLead);
  for (Waiter* waiter : group) {
    if (waiter != &self) waiter->Assign(Waiter::Role::kDone);
  }
  return std::move(self.result);
}

void Committer::CommitGroup(const std::vector<Waiter*>& waiters) {
  const absl::Time begin = absl::Now();
  for (int attempt = 0; attempt < kConflictAttempts; ++attempt) {
    if (!broken_.ok()) break;
    const Tail tail = applier_.applied();
    Group group(
        database_, tail,
        std::max(clock_.Now(), tail.commit_time + absl::Microseconds(1)));
    DecideAll(waiters, group);
    if (group.entries.empty()) return;
    const absl::Status appended = Append(waiters, group);
    if (appended.ok()) {
      metrics_.GroupCommitted(waiters.size(), absl::Now() - begin);
      return;
    }
    if (absl::IsAborted(appended)) {
      if (const absl::Status caught_up = CatchUp(); !caught_up.ok()) {
        Break(caught_up);
      }
      continue;
    }
    Break(appended);
  }
  const absl::Status error = OutcomeUnknown(
      broken_.ok() ? absl::AbortedError("too many writers") : broken_);
  for (Waiter* waiter : waiters) waiter->result = error;
}

void Committer::DecideAll(const std::vector<Waiter*>& waiters, Group& group) {
  for (Waiter* waiter : waiters) {
    waiter->last_entry.reset();
    waiter->result = Committed{};
    if (absl::Status refused = DecideOne(*waiter, group); !refused.ok()) {
      waiter->result = std::move(refused);
    }
  }
}

absl::Status Committer::DecideOne(Waiter& waiter, Group& group) {
  const View view(database_, group.state, group.entries);
  COURANT_ASSIGN_OR_RETURN(
      std::optional<Committed> earlier,
      FindEarlier(waiter.proposal, view, group.commit_time));
  if (earlier) {
    waiter.result = *std::move(earlier);
    return absl::OkStatus();
  }
  COURANT_ASSIGN_OR_RETURN(Decision decision, waiter.decide(DecisionContext{
                                                  view, group.commit_time}));
  if (decision.empty()) return absl::OkStatus();
  COURANT_RETURN_IF_ERROR(Accept(waiter.proposal, std::move(decision), group));
  waiter.last_entry = group.entries.size() - 1;
  return absl::OkStatus();
}

absl::StatusOr<std::optional<Committed>> Committer::FindEarlier(
    const Proposal& proposal, const View& view, absl::Time now) const {
  if (proposal.request_id.empty()) return std::nullopt;
  COURANT_ASSIGN_OR_RETURN(const std::optional<v1::RequestRow> row,
                           view.FindRequest(proposal.request_id));
  if (!row) return std::nullopt;
  const uint64_t tail = applier_.applied().last_sequence.value();
  const bool old =
      absl::FromUnixMicros(row->commit_time_us()) + options_.request_retention <
      now;
  if (old && row->sequence() + kRequestsKept < tail) return std::nullopt;
  if (row->fingerprint() != proposal.fingerprint) {
    return MakeFieldError(
        courant::v1::REQUEST_ID_REUSED,
        {{"request_id",
          "was used for another request; use a new UUID for each request"}},
        {{"sequence", absl::StrCat(row->sequence())}});
  }
  COURANT_ASSIGN_OR_RETURN(std::string article,
                           view.ReadArticleBytes(Sequence(row->sequence())));
  metrics_.RequestReplayed();
  return Committed{.sequence = Sequence(row->sequence()),
                   .article = std::move(article),
                   .replayed = true};
}

absl::Status Committer::Accept(const Proposal& proposal, Decision decision,
                               Group& group) {
  // All reads first: a decision is accepted as a whole or not at all.
  std::vector<ErasedEntries> erased(decision.size());
  const Sequence begin = group.tail.last_sequence.Next();
  for (size_t i = 0; i < decision.size(); ++i) {
    const Sequence by(begin.value() + group.entries.size() + i);
    COURANT_ASSIGN_OR_RETURN(
        erased[i], LoadErased(database_, decision[i].erased, by, begin));
  }
  for (size_t i = 0; i < decision.size(); ++i) {
    const EntryPosition position{
        .sequence = Sequence(group.tail.last_sequence.value() +
                             group.entries.size() + 1),
        .commit_time = group.commit_time,
        .chain_before = group.chain,
        .group_continues = i + 1 < decision.size(),
    };
    Entry entry = MakeEntry(std::move(decision[i]), position, proposal);
    group.chain = entry.chain;
    Applier::Stage(std::move(entry), std::move(erased[i]), group.commit_time,
                   group.entries, group.state);
  }
  return absl::OkStatus();
}

absl::Status Committer::Append(const std::vector<Waiter*>& waiters,
                               Group& group) {
  Frame frame = MakeFrame(group.tail, options_.epoch, group.commit_time,
                          std::move(group.entries));
  AppendResult result;
  const absl::Time begin = absl::Now();
  for (int attempt = 0; attempt < kAppendAttempts; ++attempt) {
    result = log_.AppendAt(group.tail, frame, group.state);
    if (result.outcome != AppendOutcome::kUnknown) break;
  }
  metrics_.FrameAppended(absl::Now() - begin);
  if (result.outcome == AppendOutcome::kConflict) {
    return absl::AbortedError(result.error.message());
  }
  if (result.outcome != AppendOutcome::kCommitted) return result.error;
  for (Waiter* waiter : waiters) {
    if (!waiter->last_entry) continue;
    const Entry& entry = frame.entries[*waiter->last_entry];
    absl::StatusOr<std::string> article = ArticleOf(entry);
    if (!article.ok()) {
      // A kill came right behind it, in the same frame.
      waiter->result = article.status();
      continue;
    }
    waiter->result =
        Committed{.sequence = entry.sequence(), .article = *std::move(article)};
  }
  return applier_.Finish(std::move(frame), group.state);
}

absl::Status Committer::CatchUp() {
  constexpr size_t kReadBytes = 4 << 20;
  while (true) {
    COURANT_ASSIGN_OR_RETURN(
        std::vector<Frame> frames,
        log_.Read(applier_.applied().index.Next(), kReadBytes));
    if (frames.empty()) return absl::OkStatus();
    for (Frame& frame : frames) {
      COURANT_RETURN_IF_ERROR(applier_.Apply(std::move(frame)));
    }
  }
}

void Committer::Break(const absl::Status& why) {
  broken_ = why;
  if (options_.on_broken) options_.on_broken(why);
}

}  // namespace courant::storage

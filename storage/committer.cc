#include "storage/committer.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "storage/base/failpoint.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"
#include "storage/space_guard.h"

namespace courant::storage {
namespace {

// How often an append whose outcome is not known is repeated, and a decision is
// taken again because another writer came first.
constexpr int kAppendAttempts = 3;
constexpr int kConflictAttempts = 8;

// The pools of the committer take whatever it posts: what is in progress is
// limited at the door of the server.
constexpr size_t kUnbounded = std::numeric_limits<size_t>::max();

// Posts to a pool of the committer, which refuses only after its end.
void Post(WorkerPool& pool, WorkerPool::Task task) {
  if (!pool.TryPost(std::move(task))) std::abort();
}

absl::Status OutcomeUnknown(const absl::Status& why) {
  if (ReasonOf(why) != courant::v1::ERROR_REASON_UNSPECIFIED) return why;
  return MakeError(courant::v1::OUTCOME_UNKNOWN,
                   absl::StrCat("the write may or may not have been applied: ",
                                why.message()));
}

// The article of the last change of `article_id` in `frame`, which has one.
std::string LatestIn(const Frame& frame, absl::string_view article_id) {
  for (auto it = frame.entries.rbegin(); it != frame.entries.rend(); ++it) {
    if (it->facts.article_id() == article_id) return it->article;
  }
  return std::string();
}

std::string BodyOf(const ChangeDraft& draft) {
  if (draft.named) {
    return std::visit(
        [](const auto& resource) { return resource.SerializeAsString(); },
        *draft.named);
  }
  return draft.translation ? draft.translation->SerializeAsString()
                           : draft.article.SerializeAsString();
}

}  // namespace

Decision AsItStands(absl::string_view article_id, v1::ArticleRow row) {
  Decision decision;
  decision.push_back({.article_id = std::string(article_id),
                      .previous = std::move(row),
                      .stands = true});
  return decision;
}

// What one caller asked for, and the answer to it.
struct Committer::Submission {
  Proposal proposal;
  Decide decide;
  Done done;
  // Touched by who leads, and then by who answers.
  absl::StatusOr<Committed> result = Committed{};
  // Index of the entry in the group that answers it; nothing when it has none.
  std::optional<size_t> answer;
};

// What becomes one frame.
struct Committer::Group {
  Group(const Database& database, const Tail& at, absl::Time clock)
      : tail(at),
        chain(at.digest),
        now(clock),
        commit_time(std::max(clock, at.commit_time + absl::Microseconds(1))),
        state(database) {}

  const Tail tail;
  ChainDigest chain;  // after the last of `entries`
  const absl::Time now;
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
      options_(std::move(options)),
      answers_({.name = "answer", .threads = 1, .max_queued = kUnbounded}),
      leader_({.name = "commit", .threads = 1, .max_queued = kUnbounded}) {}

Committer::~Committer() {
  MutexLock lock(mu_);
  while (unanswered_ > 0) all_answered_.Wait(mu_);
}

void Committer::Submit(Proposal proposal, Decide decide, Done done) {
  auto submission = std::make_unique<Submission>(
      Submission{std::move(proposal), std::move(decide), std::move(done)});
  {
    MutexLock lock(mu_);
    queue_.push_back(std::move(submission));
    ++unanswered_;
    if (led_) return;
    led_ = true;
  }
  Submissions group = TakeGroup();
  CommitGroup(group);
  // The next group first: it can go to disk while this one is answered. This
  // thread has its own work to go back to.
  if (Submissions next = TakeGroup(); !next.empty()) {
    Post(leader_,
         [this, next = std::move(next)]() mutable { Lead(std::move(next)); });
  }
  Answer(std::move(group));
}

absl::StatusOr<Committed> Committer::Commit(Proposal proposal, Decide decide) {
  Mutex mu;
  CondVar answered;
  std::optional<absl::StatusOr<Committed>> answer;
  Submit(std::move(proposal), std::move(decide),
         [&](absl::StatusOr<Committed> result) {
           // Signalled under the lock: `answered` is gone soon after it.
           MutexLock lock(mu);
           answer = std::move(result);
           answered.Signal();
         });
  MutexLock lock(mu);
  while (!answer) answered.Wait(mu);
  return *std::move(answer);
}

Committer::Submissions Committer::TakeGroup() {
  Submissions group;
  MutexLock lock(mu_);
  const size_t size = std::min(queue_.size(), kMaxGroup);
  group.assign(std::make_move_iterator(queue_.begin()),
               std::make_move_iterator(queue_.begin() + size));
  queue_.erase(queue_.begin(), queue_.begin() + size);
  led_ = size > 0;
  return group;
}

void Committer::Lead(Submissions group) {
  while (!group.empty()) {
    CommitGroup(group);
    // Always by the other thread: this one may be needed at any moment.
    Post(answers_, [this, group = std::move(group)]() mutable {
      Answer(std::move(group));
    });
    group = TakeGroup();
  }
}

void Committer::Answer(Submissions group) {
  const size_t answered = group.size();
  for (std::unique_ptr<Submission>& submission : group) {
    std::move(submission->done)(std::move(submission->result));
    // What it holds goes before it counts as answered.
    submission = nullptr;
  }
  MutexLock lock(mu_);
  unanswered_ -= answered;
  // Under the lock: the committer may be gone as soon as nothing is left.
  if (unanswered_ == 0) all_answered_.SignalAll();
}

void Committer::CommitGroup(const Submissions& submissions) {
  const absl::Time begin = absl::Now();
  for (int attempt = 0; attempt < kConflictAttempts; ++attempt) {
    if (!broken_.ok()) break;
    const Tail tail = applier_.applied();
    Group group(database_, tail, clock_.Now());
    DecideAll(submissions, group);
    if (group.state.empty()) return;
    const absl::Status finished = Finish(submissions, group);
    if (finished.ok()) {
      metrics_.GroupCommitted(submissions.size(), absl::Now() - begin);
      return;
    }
    if (IsStorageFull(finished)) {
      // Nothing was written. Also for those that were to write nothing: they
      // may have looked at what was not written.
      for (const auto& submission : submissions) submission->result = finished;
      return;
    }
    if (absl::IsAborted(finished)) {
      if (const absl::Status caught_up = CatchUp(); !caught_up.ok()) {
        Break(caught_up);
      }
      continue;
    }
    Break(finished);
  }
  const absl::Status error = OutcomeUnknown(
      broken_.ok() ? absl::AbortedError("too many writers") : broken_);
  for (const auto& submission : submissions) submission->result = error;
}

void Committer::DecideAll(const Submissions& submissions, Group& group) {
  for (const auto& submission : submissions) {
    submission->answer.reset();
    submission->result = Committed{};
    if (absl::Status refused = DecideOne(*submission, group); !refused.ok()) {
      submission->result = std::move(refused);
    }
  }
}

absl::Status Committer::DecideOne(Submission& submission, Group& group) {
  const View view(database_, group.state, group.entries);
  const Proposal& proposal = submission.proposal;
  COURANT_ASSIGN_OR_RETURN(std::optional<Committed> earlier,
                           FindEarlier(proposal, view, group.commit_time));
  if (earlier) {
    submission.result = *std::move(earlier);
    return absl::OkStatus();
  }
  const DecisionContext context{view, group.commit_time, group.now};
  COURANT_ASSIGN_OR_RETURN(Decision decision, submission.decide(context));
  if (decision.empty()) return absl::OkStatus();
  if (decision.front().stands) {
    return AnswerAsItStands(*decision.front().previous, view, submission,
                            group);
  }
  const size_t answer = decision.size() - 1;
  if (options_.consequences) {
    COURANT_RETURN_IF_ERROR(options_.consequences(context, decision));
  }
  if (proposal.validate_only) {
    submission.result.emplace().article = BodyOf(decision[answer]);
    return absl::OkStatus();
  }
  const size_t begin = group.entries.size();
  COURANT_RETURN_IF_ERROR(Accept(proposal, std::move(decision), answer, group));
  submission.answer = begin + answer;
  return absl::OkStatus();
}

absl::StatusOr<std::optional<Committed>> Committer::FindEarlier(
    const Proposal& proposal, const View& view, absl::Time now) const {
  if (proposal.request_id.empty() || proposal.validate_only) {
    return std::nullopt;
  }
  COURANT_ASSIGN_OR_RETURN(const std::optional<v1::RequestRow> row,
                           view.FindRequest(proposal.request_id));
  if (!row) return std::nullopt;
  if (COURANT_FAILPOINT("commit.forget_request")) return std::nullopt;
  const uint64_t tail = applier_.applied().last_sequence.value();
  const bool old =
      absl::FromUnixMicros(row->commit_time_us()) + options_.request_retention <
      now;
  if (old && PlaceOf(*row).value() + options_.requests_kept < tail) {
    return std::nullopt;
  }
  if (row->fingerprint() != proposal.fingerprint) {
    return MakeFieldError(
        courant::v1::REQUEST_ID_REUSED,
        {{"request_id",
          "was used for another request; use a new UUID for each request"}},
        {{"sequence", absl::StrCat(row->sequence())}});
  }
  COURANT_ASSIGN_OR_RETURN(std::string article,
                           view.ReadAnswerBytes(Sequence(row->sequence())));
  metrics_.RequestReplayed();
  return Committed{.sequence = Sequence(row->sequence()),
                   .article = std::move(article),
                   .replayed = true};
}

absl::Status Committer::AnswerAsItStands(const v1::ArticleRow& row,
                                         const View& view,
                                         Submission& submission, Group& group) {
  Committed answer{.sequence = Sequence(row.sequence())};
  COURANT_ASSIGN_OR_RETURN(answer.article,
                           view.ReadAnswerBytes(answer.sequence));
  submission.result = std::move(answer);
  const Proposal& proposal = submission.proposal;
  if (proposal.request_id.empty() || proposal.validate_only) {
    return absl::OkStatus();
  }
  v1::RequestRow request;
  request.set_fingerprint(proposal.fingerprint);
  request.set_sequence(row.sequence());
  request.set_commit_time_us(absl::ToUnixMicros(group.commit_time));
  request.set_decided_at(group.tail.last_sequence.value() +
                         group.entries.size());
  Applier::StageRequest(proposal.request_id, request, group.state);
  return absl::OkStatus();
}

absl::Status Committer::Accept(const Proposal& proposal, Decision decision,
                               size_t answer, Group& group) {
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
        .answers = i == answer,
    };
    Entry entry = MakeEntry(std::move(decision[i]), position, proposal);
    group.chain = entry.chain;
    Applier::Stage(std::move(entry), erased[i], group.commit_time,
                   group.entries, group.state);
  }
  return absl::OkStatus();
}

absl::Status Committer::Finish(const Submissions& submissions, Group& group) {
  if (!group.entries.empty()) return Append(submissions, group);
  // A frame without changes would make the log grow for what readers never see.
  return applier_.WriteRequests(group.state);
}

absl::Status Committer::Append(const Submissions& submissions, Group& group) {
  Frame frame = MakeFrame(group.tail, options_.epoch, group.commit_time,
                          std::move(group.entries));
  AppendResult result;
  const absl::Time begin = absl::Now();
  for (int attempt = 0; attempt < kAppendAttempts; ++attempt) {
    result = log_.AppendAt(group.tail, frame, group.state);
    if (result.outcome != AppendOutcome::kUnknown ||
        IsStorageFull(result.error)) {
      break;
    }
  }
  metrics_.FrameAppended(absl::Now() - begin);
  if (result.outcome == AppendOutcome::kConflict) {
    return absl::AbortedError(result.error.message());
  }
  if (result.outcome != AppendOutcome::kCommitted) return result.error;
  for (const auto& submission : submissions) {
    if (!submission->answer) continue;
    const bool other = COURANT_FAILPOINT("commit.other_answer");
    const Entry& entry = frame.entries[other ? 0 : *submission->answer];
    // A kill may have come right behind it, in the same frame.
    submission->result =
        Committed{.sequence = entry.sequence(),
                  .article = entry.erased_by == Sequence(0)
                                 ? entry.article
                                 : LatestIn(frame, entry.facts.article_id())};
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

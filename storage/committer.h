#ifndef COURANT_STORAGE_COMMITTER_H_
#define COURANT_STORAGE_COMMITTER_H_

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/applier.h"
#include "storage/base/clock.h"
#include "storage/base/mutex.h"
#include "storage/base/worker_pool.h"
#include "storage/entry_builder.h"
#include "storage/ordered_log.h"
#include "storage/storage_metrics.h"
#include "storage/view.h"

namespace courant::storage {

// All or nothing, in this order. Empty: accepted, and nothing to do.
using Decision = std::vector<ChangeDraft>;

// The decision that there is nothing to change, since the revision of `row` is
// what was asked for already. It is the answer, and stays so when the request
// is repeated, whatever has happened to the article since.
Decision AsItStands(absl::string_view article_id, v1::ArticleRow row);

// What a decision may look at.
struct DecisionContext {
  // The state at the position before.
  const View& view;
  // When the changes will be committed. Never decreases along the log, and so
  // may be ahead of the clock after that was set back.
  absl::Time commit_time;
  // What the clock says: what is waited for is compared with this.
  absl::Time now;
};

// Decides against the state at the tail: no I/O except through the view, no
// state kept: it may run more than once. Owns what it looks at. Runs on any
// thread, one decision at a time.
using Decide =
    absl::AnyInvocable<absl::StatusOr<Decision>(const DecisionContext&)>;

// Adds to a decision what follows from it for others, in the same commit:
// whatever was decided, by whomever, nobody can forget it. May refuse the
// decision. Like Decide: no I/O except through the view, no state kept.
using Consequences =
    std::function<absl::Status(const DecisionContext&, Decision&)>;

// What was committed.
struct Committed {
  // The last change of the decision, before its consequences; of AsItStands the
  // one that made the revision. 0 when it had none, or nothing was to be
  // committed.
  Sequence sequence;
  // The encoded courant.v1.Article, Translation or NamedResource of that
  // change. When nothing was to be committed: as it would be, without what only
  // its place in the log says.
  std::string article;
  // True when an earlier attempt with the same request_id had done it.
  bool replayed = false;
};

// Takes the answer to one submission. Runs once, on any thread, with no lock
// held. Must be quick, since other answers may wait for it, and must not wait
// for another commit.
using Done = absl::AnyInvocable<void(absl::StatusOr<Committed>) &&>;

struct CommitterOptions {
  // Written into every frame; grows when history is rolled back.
  Epoch epoch{1};
  // How long the answer to a request_id is kept, at least; and for how many
  // changes, however old.
  absl::Duration request_retention = absl::Hours(7 * 24);
  uint64_t requests_kept = 1'000'000;
  // What follows from every decision. Null: nothing.
  Consequences consequences;
  // Called once, when nothing can be committed any more until the program is
  // started again.
  std::function<void(const absl::Status&)> on_broken;
};

// The one way in: decide, frame, append, apply, publish, answer. What comes
// together shares a frame and its sync, and no thread sleeps while another one
// commits for it. A caller that finds nobody committing commits at once, on its
// own thread, so that a lone write is handed over to nobody. What came in the
// meantime is committed by a thread of the committer, group after group until
// nothing waits, while another one gives the answers: answering does not delay
// the next group. storage/doc/adr/0003 says why. Thread-safe.
class Committer {
 public:
  // Proposals in one frame, at most.
  static constexpr size_t kMaxGroup = 256;

  // Nothing is owned; all must outlive the committer.
  Committer(const Database& database, OrderedLog& log, Applier& applier,
            const Clock& clock, StorageMetrics& metrics,
            CommitterOptions options);

  // Waits until everything that was submitted is committed and answered.
  // Nothing may be submitted any more.
  ~Committer() ABSL_LOCKS_EXCLUDED(mu_);

  Committer(const Committer&) = delete;
  Committer& operator=(const Committer&) = delete;

  // Runs `decide` at the tail and commits what it asks for; then, when that is
  // on stable storage and can be read, runs `done`, perhaps before Submit()
  // returns. May block on the disk for one group, which holds what came before
  // and this. Decisions are taken in the order of submission; answers of
  // different groups may overtake each other. `done` gets
  //   what `decide` returns                        nothing was changed
  //   INVALID_ARGUMENT / REQUEST_ID_REUSED         the id came with another
  //                                                fingerprint before
  //   UNAVAILABLE / OUTCOME_UNKNOWN                it may or may not be there
  //                                                after a restart
  void Submit(Proposal proposal, Decide decide, Done done)
      ABSL_LOCKS_EXCLUDED(mu_);

  // Submit() for those who have nothing else to do: blocks until the answer is
  // there and returns it. Must not be called from a Done.
  absl::StatusOr<Committed> Commit(Proposal proposal, Decide decide)
      ABSL_LOCKS_EXCLUDED(mu_);

 private:
  struct Submission;
  struct Group;
  using Submissions = std::vector<std::unique_ptr<Submission>>;

  // What to commit next. Empty when nothing waits: then the caller leads no
  // more.
  Submissions TakeGroup() ABSL_LOCKS_EXCLUDED(mu_);
  // Commits `group` and all that comes meanwhile. Runs on leader_.
  void Lead(Submissions group) ABSL_LOCKS_EXCLUDED(mu_);
  // Runs what waits for the answers of a group that was committed.
  void Answer(Submissions group) ABSL_LOCKS_EXCLUDED(mu_);

  // Whoever leads runs it for everybody in `submissions`. No lock is held:
  // leading is the lock.
  void CommitGroup(const Submissions& submissions);
  // Decides and stages all of them on one tail.
  void DecideAll(const Submissions& submissions, Group& group);
  absl::Status DecideOne(Submission& submission, Group& group);
  // Answers from an earlier attempt. Nothing when there was none.
  absl::StatusOr<std::optional<Committed>> FindEarlier(const Proposal& proposal,
                                                       const View& view,
                                                       absl::Time now) const;
  // Answers with the revision `row`, and remembers that under the request id.
  absl::Status AnswerAsItStands(const v1::ArticleRow& row, const View& view,
                                Submission& submission, Group& group);
  // Adds the changes of one decision to the group: all of them or none. The
  // change `answer` of it is what the proposal is answered with.
  absl::Status Accept(const Proposal& proposal, Decision decision,
                      size_t answer, Group& group);
  // Makes the group durable and applied: its frame or, when nothing changed,
  // what is to be remembered of it.
  absl::Status Finish(const Submissions& submissions, Group& group);
  // Makes the group's frame durable and applied.
  absl::Status Append(const Submissions& submissions, Group& group);
  // Takes over frames of other writers.
  absl::Status CatchUp();
  // Commits nothing any more.
  void Break(const absl::Status& why);

  const Database& database_;
  OrderedLog& log_;
  Applier& applier_;
  const Clock& clock_;
  StorageMetrics& metrics_;
  const CommitterOptions options_;

  Mutex mu_;
  std::deque<std::unique_ptr<Submission>> queue_ ABSL_GUARDED_BY(mu_);
  // Somebody is committing, and will look at the queue again.
  bool led_ ABSL_GUARDED_BY(mu_) = false;
  // Submitted, and `done` not yet run.
  size_t unanswered_ ABSL_GUARDED_BY(mu_) = 0;
  CondVar all_answered_;
  // Why nothing is committed any more. Touched by who leads alone.
  absl::Status broken_;

  // One thread each. Last: their tasks use the members above.
  // In this order, since who leads may still be handing over an answer that has
  // been given already: its thread ends first.
  WorkerPool answers_;
  WorkerPool leader_;
};

}  // namespace courant::storage

#endif  // COURANT_STORAGE_COMMITTER_H_

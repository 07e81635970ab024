#ifndef COURANT_STORAGE_COMMITTER_H_
#define COURANT_STORAGE_COMMITTER_H_

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "storage/applier.h"
#include "storage/base/clock.h"
#include "storage/base/mutex.h"
#include "storage/entry_builder.h"
#include "storage/ordered_log.h"
#include "storage/storage_metrics.h"
#include "storage/view.h"

namespace courant::storage {

// All or nothing, in this order. Empty: accepted, and nothing to do.
using Decision = std::vector<ChangeDraft>;

// What a decision may look at.
struct DecisionContext {
  // The state at the position before.
  const View& view;
  // When the changes will be committed. Never decreases along the log.
  absl::Time commit_time;
};

// Decides against the state at the tail: no I/O except through the view, no
// state kept: it may run more than once.
using Decide =
    absl::FunctionRef<absl::StatusOr<Decision>(const DecisionContext&)>;

// What was committed.
struct Committed {
  // The last change of the decision. 0 when it had none.
  Sequence sequence;
  // The encoded courant.v1.Article of that change.
  std::string article;
  // True when an earlier attempt with the same request_id had done it.
  bool replayed = false;
};

struct CommitterOptions {
  // Written into every frame; grows when history is rolled back.
  Epoch epoch{1};
  // How long the answer to a request_id is kept, at least.
  absl::Duration request_retention = absl::Hours(7 * 24);
  // Called once, when nothing can be committed any more until the program is
  // started again.
  std::function<void(const absl::Status&)> on_broken;
};

// The one way in: decide, frame, append, apply, publish, answer. Callers that
// come together share a frame and its sync: the first one commits for all, on
// its own thread, and nobody waits for a thread that does nothing else.
// Thread-safe.
class Committer {
 public:
  // Proposals in one frame, at most.
  static constexpr size_t kMaxGroup = 256;

  // Nothing is owned; all must outlive the committer.
  Committer(const Database& database, OrderedLog& log, Applier& applier,
            const Clock& clock, StorageMetrics& metrics,
            CommitterOptions options);

  // Runs `decide` at the tail and commits what it asks for. Blocks until it is
  // on stable storage and can be read. What `proposal` views must live so long.
  //   what `decide` returns                        nothing was changed
  //   INVALID_ARGUMENT / REQUEST_ID_REUSED         the id came with another
  //                                                fingerprint before
  //   UNAVAILABLE / OUTCOME_UNKNOWN                it may or may not be there
  //                                                after a restart
  absl::StatusOr<Committed> Commit(const Proposal& proposal, Decide decide)
      ABSL_LOCKS_EXCLUDED(mu_);

 private:
  struct Waiter;
  struct Group;

  // The front waiter runs it for everybody in `waiters`. No lock is held: being
  // at the front of the queue is the lock.
  void CommitGroup(const std::vector<Waiter*>& waiters);
  // Decides and stages all of them on one tail.
  void DecideAll(const std::vector<Waiter*>& waiters, Group& group);
  absl::Status DecideOne(Waiter& waiter, Group& group);
  // Answers from an earlier attempt. Nothing when there was none.
  absl::StatusOr<std::optional<Committed>> FindEarlier(const Proposal& proposal,
                                                       const View& view,
                                                       absl::Time now) const;
  // Adds the changes of one decision to the group: all of them or none.
  absl::Status Accept(const Proposal& proposal, Decision decision,
                      Group& group);
  // Makes the group's frame durable and applied.
  absl::Status Append(const std::vector<Waiter*>& waiters, Group& group);
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
  std::deque<Waiter*> queue_ ABSL_GUARDED_BY(mu_);
  // Why nothing is committed any more. Touched by the front waiter alone.
  absl::Status broken_;
};

}  // namespace courant::storage

#endif  // COURANT_STORAGE_COMMITTER_H_

#ifndef COURANT_STORAGE_APPLIER_H_
#define COURANT_STORAGE_APPLIER_H_

#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "storage/base/mutex.h"
#include "storage/database.h"
#include "storage/erasure.h"
#include "storage/frame.h"
#include "storage/state_batch.h"

namespace courant::storage {

// A committed change, shared by everybody who delivers it.
using SharedEntry = std::shared_ptr<const Entry>;

// How much of the history is there: what the newest trim says.
struct History {
  // The first change from which on every text is there.
  Sequence floor{1};
  // Texts that were replaced before were let go. The beginning of time while
  // nothing was.
  absl::Time kept_since = absl::InfinitePast();
  // The newest change whose predecessor was looked at.
  Sequence considered{0};

  friend bool operator==(const History&, const History&) = default;
};

// What a change that lets texts go says.
//   DATA_LOSS  it does not say it.
absl::StatusOr<History> HistoryAfter(const Entry& trim);

// Told of every change, in order, once it is durable and can be read.
class ChangeListener {
 public:
  virtual ~ChangeListener() = default;

  // Told of the same changes as OnApplied() and before that, when they are
  // durable and nobody was told of them yet: neither applied() nor WaitFor()
  // nor the answer to whoever made them. For who decides what may be read. The
  // rest as for OnApplied().
  virtual void BeforeApplied(const std::vector<SharedEntry>& /*changes*/) {}

  // `changes` follow each other and those of the call before. Called by one
  // thread at a time. Must be quick, must not fail, must not call the applier.
  // Whoever keeps changes must drop the articles that one of `changes` takes
  // away, as its facts say in `erased_sequences`, before it returns.
  virtual void OnApplied(const std::vector<SharedEntry>& changes) = 0;
};

// Turns frames into state. Everything it writes follows from the frames alone,
// so the state can be built again from the log; but for the answers to requests
// that found nothing to change. Thread-safe.
class Applier {
 public:
  // `tail` is where the state stands. `database` is not owned and must outlive
  // the applier.
  Applier(Database& database, const Tail& tail)
      : database_(database), applied_(tail) {}

  // Sets who is told; null for nobody. Call before changes are applied.
  void SetListener(ChangeListener* listener) ABSL_LOCKS_EXCLUDED(mu_);

  // Adds `entry` to the end of `frame`, the entries before it in its frame, and
  // the state that follows from it to `state`. What it takes away is read
  // first, by LoadErased, so that this cannot fail half-way.
  static void Stage(Entry entry, const ErasedEntries& erased,
                    absl::Time commit_time, std::vector<Entry>& frame,
                    StateBatch& state);

  // Adds to `state` what the request `request_id` is answered with from now on,
  // and when that may be forgotten.
  static void StageRequest(absl::string_view request_id,
                           const v1::RequestRow& row, StateBatch& state);

  // Writes `state`, which has nothing but requests that changed nothing, so
  // that no frame tells of them. Errors as Database::WriteDurably.
  absl::Status WriteRequests(StateBatch& state);

  // Takes over a frame that the log holds: writes `state` unless the log wrote
  // it, tells the listener, moves the position, tells the listener. One caller
  // at a time, in order.
  //   UNAVAILABLE, DATA_LOSS  as Database::WriteDurably.
  absl::Status Finish(Frame frame, StateBatch& state) ABSL_LOCKS_EXCLUDED(mu_);

  // Takes over a frame that somebody else appended: checks that it follows,
  // stages, finishes.
  //   DATA_LOSS            it does not follow what was applied.
  //   FAILED_PRECONDITION  it needs a newer program.
  absl::Status Apply(Frame frame) ABSL_LOCKS_EXCLUDED(mu_);

  // Where the state stands.
  Tail applied() const ABSL_LOCKS_EXCLUDED(mu_);

  // What of the history is there. Moves together with applied().
  History history() const ABSL_LOCKS_EXCLUDED(mu_);
  // Says so of what was there before. Call before changes are applied.
  void SetHistory(const History& history) ABSL_LOCKS_EXCLUDED(mu_);

  // Waits until the change `sequence` is applied. False when `timeout` ran out
  // first.
  bool WaitFor(Sequence sequence, absl::Duration timeout)
      ABSL_LOCKS_EXCLUDED(mu_);

  // A state of the database with no change in it that BeforeApplied() was not
  // told of: what is decided by what the listener knows is not older than what
  // is read. Blocks, if at all, between a frame on disk and its announcement.
  //   UNAVAILABLE  that takes too long: nothing is written any more
  absl::StatusOr<std::unique_ptr<Database::Snapshot>> TakeSnapshot()
      ABSL_LOCKS_EXCLUDED(mu_);

 private:
  Database& database_;

  mutable Mutex mu_;
  CondVar moved_;
  Tail applied_ ABSL_GUARDED_BY(mu_);
  History history_ ABSL_GUARDED_BY(mu_);
  ChangeListener* listener_ ABSL_GUARDED_BY(mu_) = nullptr;
};

}  // namespace courant::storage

#endif  // COURANT_STORAGE_APPLIER_H_

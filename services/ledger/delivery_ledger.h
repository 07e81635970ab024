#ifndef COURANT_SERVICES_LEDGER_DELIVERY_LEDGER_H_
#define COURANT_SERVICES_LEDGER_DELIVERY_LEDGER_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/audience/delivery_book.h"
#include "services/ledger/ledger_metrics.h"
#include "services/ledger/notice_maker.h"
#include "services/ledger/notice_watch.h"
#include "storage/applier.h"
#include "storage/base/clock.h"
#include "storage/base/mutex.h"
#include "storage/change_log.h"
#include "storage/ledger_store.h"

namespace courant {

// Keeps the book of what partners were given, and makes notices of what they
// have to be told. One thread does both, in groups that are on the disk with
// one sync: so a revision that is given while its correction is committed is
// either in the book when the notices of the correction are made, or finds the
// correction when it is written down. Either way there is a notice.
//
// It follows the log as a listener, and goes on where it was after a restart.
// Thread-safe.
class DeliveryLedger final : public DeliveryBook,
                             public storage::ChangeListener {
 public:
  struct Options {
    // A notice is overdue when so long after it was made nothing was said to
    // it.
    absl::Duration acknowledge_within = absl::Minutes(30);
    // How often open notices are counted and looked at for that.
    absl::Duration watch_interval = absl::Seconds(5);
    // Called when there are new notices, for streams to be woken. Must be
    // quick.
    std::function<void()> on_notices;
    // Called once for each notice that is overdue, on the ledger's thread.
    std::function<void(const v1::Notice&)> on_overdue;
    // Called on that thread when nothing can be written any more, with why, so
    // that partners are given nothing; and with OK when it can again.
    std::function<void(const absl::Status&)> on_trouble;
  };

  // Nothing is owned; all must outlive the ledger.
  DeliveryLedger(const storage::LedgerStore& store,
                 const storage::Database& database,
                 const storage::ChangeLog& log, RightsBook& rights,
                 const Clock& clock, LedgerMetrics& metrics, Options options);
  ~DeliveryLedger() override;

  // Makes the notices of what was committed since it ran last, then begins.
  // Call once, before anything is given, while nothing is committed. A folder
  // in which there was no ledger begins with none.
  // On a full disk it begins as well: they are made when there is room, and
  // nothing is given before.
  //   DATA_LOSS, UNAVAILABLE  what is stored cannot be read or written
  absl::Status Start();
  // Ends the thread; what is not written yet is refused. A second call does
  // nothing. Nothing may be committed any more.
  void Stop() ABSL_LOCKS_EXCLUDED(mu_);

  absl::Status Note(const Recipient& to, v1::Delivery::Channel channel,
                    std::vector<Delivered> given) override
      ABSL_LOCKS_EXCLUDED(mu_);
  absl::StatusOr<std::vector<v1::Notice>> TakeNotices(
      const Recipient& to, NoticeReader* reader) override
      ABSL_LOCKS_EXCLUDED(mu_);

  // Returns when there are the notices of every change that was answered
  // before.
  absl::Status CatchUp() ABSL_LOCKS_EXCLUDED(mu_);
  // Writes down that notices to {partner} were sent, for those that were not
  // before. Errors as Note().
  absl::Status NoteSent(absl::string_view partner,
                        std::vector<Sequence> notices) ABSL_LOCKS_EXCLUDED(mu_);
  // What a partner says to a notice, checked by the caller: `state` is
  // ACKNOWLEDGED, APPLIED or REFUSED.
  struct Answer {
    v1::Notice::State state;
    std::string url;
    std::string comment;
  };
  // Writes that down, unless it says nothing new; returns the notice as it is
  // then. Blocks for about one sync of the disk.
  //   NOT_FOUND / RESOURCE_NOT_FOUND   there is no such notice to that partner
  //   UNAVAILABLE, RESOURCE_EXHAUSTED  it could not be written; try again
  absl::StatusOr<storage::StoredNotice> Acknowledge(const Recipient& by,
                                                    Sequence notice,
                                                    const Answer& answer)
      ABSL_LOCKS_EXCLUDED(mu_);

  // Another `acknowledge_within`, also for notices that are open.
  void SetAcknowledgeWithin(absl::Duration within) {
    watch_.SetAcknowledgeWithin(within);
  }

  // Takes note of what may concern who has something; makes no notice yet.
  void OnApplied(const std::vector<storage::SharedEntry>& changes) override
      ABSL_LOCKS_EXCLUDED(mu_);

 private:
  // Puts what is to be written: all of it, or when it fails nothing.
  using Edit = absl::AnyInvocable<absl::Status(storage::LedgerBatch&)>;
  // Somebody who waits for that. `result` is set before `done`, under the lock.
  struct Submission {
    Edit edit;
    absl::Status* result;
    bool* done;
  };
  // The last notices to one partner, for those who are told as they come; how
  // many were made in all says to a reader what it has missed.
  struct Line {
    uint64_t made = 0;
    std::deque<Sequence> last;
  };

  // Start(): makes the notices of all changes up to `tail`. On a full disk they
  // are left to the thread.
  absl::Status MakeOwed(Sequence tail) ABSL_LOCKS_EXCLUDED(mu_);
  // Runs `edit` on the ledger's thread; returns when what it put is written.
  absl::Status Run(Edit edit) ABSL_LOCKS_EXCLUDED(mu_);
  void Work() ABSL_LOCKS_EXCLUDED(mu_);
  // What there is to do, at most.
  struct Group {
    std::vector<storage::SharedEntry> changes;
    Sequence through;
    std::vector<Submission> submissions;
  };
  // Waits for something to do. False: it has to end.
  bool TakeGroup(Group& group) ABSL_LOCKS_EXCLUDED(mu_);
  void WriteGroup(Group& group) ABSL_LOCKS_EXCLUDED(mu_);
  // At the end: how far notices were made.
  absl::Status WriteHowFar() ABSL_LOCKS_EXCLUDED(mu_);
  // Runs one edit of a group.
  absl::Status RunEdit(Edit& edit, storage::LedgerBatch& batch);
  // Writes `batch`, with what becomes of the state by it.
  absl::Status WriteWithState(storage::LedgerBatch& batch);
  // Whether groups can be written, for operators; says it when that changes.
  void Tell(const absl::Status& written);
  // Makes the notices of changes up to `through`.
  absl::Status Follow(const std::vector<storage::SharedEntry>& changes,
                      Sequence through, storage::LedgerBatch& batch);
  // What Note() puts.
  absl::Status Put(const Recipient& to, v1::Delivery::Channel channel,
                   const std::vector<Delivered>& given,
                   storage::LedgerBatch& batch);
  // Marks a notice that was not sent before.
  absl::Status PutSent(absl::string_view partner, Sequence notice,
                       storage::LedgerBatch& batch) const;
  // After a group was written.
  void Announce(const std::vector<NewNotice>& made) ABSL_LOCKS_EXCLUDED(mu_);
  // What `reader` has to be told next: of all that is open, or of what is new.
  absl::StatusOr<std::vector<Sequence>> NextFor(const std::string& partner,
                                                NoticeReader& reader)
      ABSL_LOCKS_EXCLUDED(mu_);
  // Moves `reader` behind one of these.
  static void Took(Sequence notice, NoticeReader& reader);

  // Constant after construction.
  const storage::LedgerStore& store_;
  const storage::Database& database_;
  const storage::ChangeLog& log_;
  RightsBook& rights_;
  const Clock& clock_;
  LedgerMetrics& metrics_;
  const Options options_;
  const NoticeMaker maker_;
  NoticeWatch watch_;  // touched by the ledger's thread alone

  // Touched by the ledger's thread alone, once that runs: what is on the disk,
  // with what the group has added that is being written; and of that group what
  // is announced and counted when it is there.
  storage::v1::LedgerRow state_;
  std::vector<NewNotice> made_;
  std::vector<v1::Delivery::Channel> given_;
  absl::Status trouble_;

  Mutex mu_;
  CondVar changed_;   // there is something to do
  CondVar answered_;  // some submissions are done
  // Changes that may concern holders, of which no notice was made yet: up to
  // the change `seen_`, the last that it was told of.
  std::vector<storage::SharedEntry> changes_ ABSL_GUARDED_BY(mu_);
  Sequence seen_ ABSL_GUARDED_BY(mu_);
  std::vector<Submission> queue_ ABSL_GUARDED_BY(mu_);
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  // By {partner}.
  absl::flat_hash_map<std::string, Line> lines_ ABSL_GUARDED_BY(mu_);
  std::thread thread_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_LEDGER_DELIVERY_LEDGER_H_

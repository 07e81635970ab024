#ifndef COURANT_STORAGE_SUBSCRIPTION_STORE_H_
#define COURANT_STORAGE_SUBSCRIPTION_STORE_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "courant/storage/v1/record.pb.h"
#include "storage/base/clock.h"
#include "storage/base/ids.h"
#include "storage/base/mutex.h"
#include "storage/database.h"

namespace courant::storage {

// Writes of one group, by key; nothing for a key that goes.
using StagedRows = std::map<std::string, std::optional<std::string>>;

// What a decision about subscriptions sees, and what it wants written: the rows
// as they are, under what was decided before it in the same group. What it puts
// counts only if it returns OK. Use from one thread, while the decision runs.
//
// Every method that reads may fail with DATA_LOSS (a row is damaged) or
// UNAVAILABLE (it could not be read).
class SubscriptionEdit {
 public:
  // Nothing is owned. `group` is what the group has decided so far, `count` the
  // number of subscriptions with that.
  SubscriptionEdit(const Database& database, const StagedRows& group,
                   int64_t count)
      : database_(database), group_(group), count_(count) {}

  absl::StatusOr<std::optional<v1::SubscriptionRow>> Find(
      absl::string_view name) const;
  // Adds a subscription, or replaces it. `is_new` says which.
  void Put(absl::string_view name, const v1::SubscriptionRow& row, bool is_new);
  // Removes a subscription that there is, and what is parked.
  absl::Status Delete(absl::string_view name);

  absl::StatusOr<bool> IsParked(absl::string_view name,
                                Sequence sequence) const;
  void Park(absl::string_view name, Sequence sequence,
            const v1::ParkedRow& row);
  void Unpark(absl::string_view name, Sequence sequence);

  absl::StatusOr<std::optional<v1::SubscriptionRequestRow>> FindRequest(
      absl::string_view request_id) const;
  void PutRequest(absl::string_view request_id,
                  const v1::SubscriptionRequestRow& row);

  // Subscriptions that there are.
  int64_t count() const { return count_; }
  const StagedRows& staged() const { return own_; }

 private:
  absl::StatusOr<std::optional<std::string>> Get(const std::string& key) const;

  const Database& database_;
  const StagedRows& group_;
  int64_t count_;
  StagedRows own_;
};

// Durable subscriptions: their rows, and the one way to change them. They are
// not part of the log: a cursor is written far more often than news, and says
// nothing to readers. storage/doc/adr/0006 says what follows from that.
//
// What is submitted together is written together, with one sync, and answered
// after it. Groups begin at least `Options::pace` apart, so that however many
// clients commit, the log has the disk for most of the time. Thread-safe.
class SubscriptionStore {
 public:
  struct Options {
    // Time between the beginnings of two writes, at least. What a commit that
    // comes alone never waits for.
    absl::Duration pace = absl::Milliseconds(10);
    // How long the answer to a request_id is kept, at least.
    absl::Duration request_retention = absl::Hours(7 * 24);
  };

  // Decides what to write, and returns the answer of the call, encoded. Runs on
  // the store's thread, one at a time; may read the disk through the edit, and
  // must keep nothing.
  using Decide =
      absl::AnyInvocable<absl::StatusOr<std::string>(SubscriptionEdit&)>;
  // Takes the answer. Runs once, on the store's thread, in the order of
  // submission; must be quick, and must not wait for another submission.
  using Done = absl::AnyInvocable<void(absl::StatusOr<std::string>) &&>;

  // Nothing is owned; both must outlive the store. Blocks while the rows are
  // counted.
  static absl::StatusOr<std::unique_ptr<SubscriptionStore>> Open(
      Database& database, const Clock& clock, Options options);

  // Writes and answers what was submitted. Nothing may be submitted any more.
  ~SubscriptionStore() ABSL_LOCKS_EXCLUDED(mu_);

  SubscriptionStore(const SubscriptionStore&) = delete;
  SubscriptionStore& operator=(const SubscriptionStore&) = delete;

  // Runs `decide` against the newest rows, and `done` when what it put is on
  // stable storage; when it put nothing, after what was decided before it is.
  // `done` gets what `decide` returned, or why the rows could not be written:
  //   UNAVAILABLE / OUTCOME_UNKNOWN      they may be there after a restart
  //   RESOURCE_EXHAUSTED / STORAGE_FULL  the disk is full
  void Submit(Decide decide, Done done) ABSL_LOCKS_EXCLUDED(mu_);

  // Submit() for those who have nothing else to do: blocks until the answer is
  // there and returns it. Must not be called from a Done.
  absl::StatusOr<std::string> Run(Decide decide) ABSL_LOCKS_EXCLUDED(mu_);

  // What is on stable storage. Errors as those of SubscriptionEdit.
  absl::StatusOr<std::optional<v1::SubscriptionRow>> Find(
      absl::string_view name) const;

  struct Named {
    std::string name;
    v1::SubscriptionRow row;
  };
  // Subscriptions whose name begins with `prefix` and comes after `after`, by
  // name; at most `limit`.
  absl::StatusOr<std::vector<Named>> List(absl::string_view prefix,
                                          absl::string_view after,
                                          size_t limit) const;

  struct Parked {
    Sequence sequence;
    v1::ParkedRow row;
  };
  // What is parked in `name` after `after`, in log order; at most `limit`.
  absl::StatusOr<std::vector<Parked>> ListParked(absl::string_view name,
                                                 Sequence after,
                                                 size_t limit) const;

 private:
  struct Submission {
    Decide decide;
    Done done;
    absl::StatusOr<std::string> result = std::string();
  };
  using Group = std::vector<Submission>;

  SubscriptionStore(Database& database, const Clock& clock, Options options,
                    int64_t count);

  // The store's thread: groups, until stopped and nothing is left.
  void Work() ABSL_LOCKS_EXCLUDED(mu_);
  // Waits for a group and takes it. Empty: stopped.
  Group TakeGroup() ABSL_LOCKS_EXCLUDED(mu_);
  // Decides, writes, answers. True when something was written.
  bool CommitGroup(Group& group);
  absl::Status Write(const StagedRows& rows);
  // Removes answers that nobody will ask for any more. Does a part of the work
  // at a time, so that the next group does not wait for all of it.
  absl::Status ForgetOldRequests();

  Database& database_;
  const Clock& clock_;
  const Options options_;

  // Touched by the store's thread alone.
  int64_t count_;
  absl::Time forgot_;
  // The last answer that was looked at; empty when all of them were.
  std::string forgot_to_;
  absl::Time next_write_ = absl::InfinitePast();  // on the monotonic clock

  Mutex mu_;
  CondVar changed_;
  Group queue_ ABSL_GUARDED_BY(mu_);
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  std::thread thread_;
};

}  // namespace courant::storage

#endif  // COURANT_STORAGE_SUBSCRIPTION_STORE_H_

#ifndef COURANT_STORAGE_EMBEDDED_LOG_H_
#define COURANT_STORAGE_EMBEDDED_LOG_H_

#include <functional>
#include <memory>
#include <vector>

#include "storage/base/mutex.h"
#include "storage/database.h"
#include "storage/ordered_log.h"

namespace courant::storage {

// The log of a server that runs alone: frames lie in the database that holds
// the state, and both are written in one batch with one sync. The entries of a
// frame are the records of the change log, so text is stored once; an article
// that was taken away is missing from frames that are read later, too.
// Thread-safe.
class EmbeddedLog final : public OrderedLog {
 public:
  // How many of the newest changes are checked when the log is opened.
  static constexpr int kCheckedAtOpen = 1000;

  // `database` is not owned and must outlive the log.
  // Blocks while the newest changes are read.
  //   DATA_LOSS  the newest part of the log is not whole.
  static absl::StatusOr<std::unique_ptr<EmbeddedLog>> Open(Database& database);

  // The rest is documented at OrderedLog. Here:
  // Exact, and never fails.
  absl::StatusOr<Tail> CheckTail() override ABSL_LOCKS_EXCLUDED(mu_);
  // Writes `state`. One caller at a time writes, others wait. After kUnknown by
  // an error of the disk, RocksDB takes no more until it is opened again.
  AppendResult AppendAt(const Tail& expected, const Frame& frame,
                        StateBatch& state) override
      ABSL_LOCKS_EXCLUDED(append_mu_, mu_);
  // Holds no lock: appends go on meanwhile.
  absl::StatusOr<std::vector<Frame>> Read(FrameIndex from,
                                          size_t max_bytes) override;
  // `wake` runs on the thread that appends, or on the caller's: must be quick.
  void Notify(FrameIndex from, std::function<void()> wake) override
      ABSL_LOCKS_EXCLUDED(mu_);
  // Forgets headers alone: entries are the change log, which stays.
  absl::Status Trim(FrameIndex first_kept) override
      ABSL_LOCKS_EXCLUDED(append_mu_, mu_);
  absl::Status Seal() override ABSL_LOCKS_EXCLUDED(append_mu_, mu_);

 private:
  struct Waiter {
    FrameIndex from;
    std::function<void()> wake;
  };

  EmbeddedLog(Database& database, const Tail& tail, bool sealed);

  // What became of a frame at or below the tail: ours, another, or trimmed.
  AppendResult FindAppended(const Frame& frame) const;
  // Moves the tail and wakes who waited for it.
  void Advance(const Tail& tail) ABSL_LOCKS_EXCLUDED(mu_);

  Database& database_;

  // Held through an append, so that one writer at a time is at the end. Comes
  // before mu_.
  Mutex append_mu_ ABSL_ACQUIRED_BEFORE(mu_);
  bool sealed_ ABSL_GUARDED_BY(append_mu_);

  Mutex mu_;
  Tail tail_ ABSL_GUARDED_BY(mu_);
  std::vector<Waiter> waiters_ ABSL_GUARDED_BY(mu_);
};

}  // namespace courant::storage

#endif  // COURANT_STORAGE_EMBEDDED_LOG_H_

#ifndef COURANT_SERVICES_RETENTION_TRIMMER_H_
#define COURANT_SERVICES_RETENTION_TRIMMER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <set>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/retention/retention_metrics.h"
#include "services/retention/trim_decision.h"
#include "storage/base/clock.h"
#include "storage/base/mutex.h"
#include "storage/store.h"

namespace courant {

// As who the server lets history go.
inline constexpr absl::string_view kRetentionActor = "courantd/retention";

// Lets texts of earlier revisions go that were replaced longer ago than history
// is kept and are needed for nothing: see need.h. It is one more caller of the
// commit path and keeps nothing that counts: what was let go is in the log, and
// each decision looks again at the tail. So a crash costs the batch it was at,
// and two of them could do no harm.
//
// It looks once an hour, as the clock says, and soon after Start(). Writers are
// kept waiting by nothing but small batches, with a pause after each. While
// nothing can be written, such as on a full disk, it does nothing, and tries
// again. Thread-safe.
class Trimmer {
 public:
  struct Options {
    // How long texts are kept after they were replaced. 0: for ever; then there
    // is no thread.
    absl::Duration retention;
    // How often it looks at the clock, in real time.
    absl::Duration poll = absl::Seconds(1);
    // Time between passes, by the clock.
    absl::Duration period = absl::Hours(1);
    // After a batch, in real time.
    absl::Duration pause = absl::Milliseconds(100);
    // Told of a pass that failed; passes go on.
    std::function<void(const absl::Status&)> on_error;
  };

  // Texts in one change, at most; and about as many articles and translations
  // that were made from them are looked at for it.
  static constexpr size_t kMaxAtOnce = 256;

  // Nothing is owned; all must outlive the trimmer. Does nothing until Start().
  Trimmer(storage::Store& store, const Clock& clock, RetentionMetrics& metrics,
          Options options);
  // Stops.
  ~Trimmer();

  Trimmer(const Trimmer&) = delete;
  Trimmer& operator=(const Trimmer&) = delete;

  // Begins to look, on a thread of its own. Call once.
  void Start();

  // Ends the thread, after the change it looks at or the batch it commits. May
  // be called more than once, from one thread.
  void Stop() ABSL_LOCKS_EXCLUDED(mu_);

  // One pass: lets go what can go now. Returns how many texts that were. From
  // one thread at a time. Errors as Committer::Commit.
  absl::StatusOr<int64_t> RunOnce() ABSL_LOCKS_EXCLUDED(mu_);

 private:
  // A batch as it grows.
  struct Batch {
    TrimOrder order;
    // Articles in it whose ties are counted.
    std::set<std::string> sources;
    size_t cost = 0;
    size_t bytes = 0;  // of their texts
  };

  absl::StatusOr<int64_t> Pass();
  // Adds what the change `entry` may have made dispensable.
  absl::Status Consider(const storage::Entry& entry, Batch& batch) const;
  // Until no text that went is in files any more. Whether to go on.
  absl::StatusOr<bool> AwaitErasure() ABSL_LOCKS_EXCLUDED(mu_);
  // Commits it. The number of texts that went.
  absl::StatusOr<int64_t> LetGo(TrimOrder order);
  // Changes that subscribers have put aside.
  absl::StatusOr<std::set<Sequence>> Parked() const;
  void Run() ABSL_LOCKS_EXCLUDED(mu_);
  // Waits; whether to go on.
  bool Pause(absl::Duration time) ABSL_LOCKS_EXCLUDED(mu_);

  storage::Store& store_;
  const Clock& clock_;
  RetentionMetrics& metrics_;
  const Options options_;

  // Of the thread that runs passes. What the changes up to here replaced was
  // looked at.
  Sequence considered_{0};
  std::set<Sequence> parked_;
  Sequence noticed_through_{0};

  Mutex mu_;
  CondVar stop_cv_;
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  std::thread thread_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_RETENTION_TRIMMER_H_

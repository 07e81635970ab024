#ifndef COURANT_SERVICES_AUDIT_AUDIT_LOG_H_
#define COURANT_SERVICES_AUDIT_AUDIT_LOG_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "prometheus/registry.h"
#include "services/audit/audit_file.h"
#include "services/audit/audit_limits.h"
#include "services/audit/audit_metrics.h"
#include "services/audit/chain/audit_record.h"
#include "storage/base/clock.h"
#include "storage/base/mutex.h"

namespace courant {

// Takes records from everywhere and has them written by a thread of its own:
// handed to the system within a tenth of a second, synced within one. Who asks
// for it hears when its record is synced; those who wait at the same time share
// a sync. Thread-safe.
//
// When the file cannot be written, records are kept in memory, 8 MiB of them,
// and what does not fit is counted; it is tried again every second. Nobody
// waits meanwhile. When it can be written again, all that was kept follows, and
// a record "lost" with the count of what was not.
class AuditLog {
 public:
  struct Options {
    // Where to, and how large a file may grow, as AuditFile::Open() has it.
    std::string file;
    int64_t max_file_bytes = 64 << 20;
    // Whether what must be written down is refused while nothing can be.
    bool refuse_on_failure = false;
    // Called from a thread of the log, with why, when nothing can be written
    // any more, and with OK when it can again. May be empty; must not block.
    std::function<void(const absl::Status&)> on_trouble;
  };

  // Opens the file; errors as AuditFile::Open(). `clock` and `registry` are not
  // owned and must outlive the log.
  static absl::StatusOr<std::unique_ptr<AuditLog>> Open(
      Options options, const Clock& clock, prometheus::Registry& registry);

  // Writes and syncs what there is.
  ~AuditLog();

  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;

  // Adds a record, and the time to it. Blocks nothing.
  void Add(AuditRecord record) ABSL_LOCKS_EXCLUDED(mu_);
  // Adds one, and runs `then` once, from a thread of the log, when it is synced
  // or that has failed. `then` must not block.
  void AddSynced(AuditRecord record, absl::AnyInvocable<void()> then)
      ABSL_LOCKS_EXCLUDED(mu_);
  // Adds one unless its source has had too many: see AuditLimits.
  bool AddLimited(absl::string_view source, AuditLimits::Rate rate,
                  AuditRecord record) ABSL_LOCKS_EXCLUDED(mu_);

  // Another `refuse_on_failure` from now on.
  void SetRefuseOnFailure(bool refuse) { refuse_on_failure_.store(refuse); }

  // Whether something may be done that must be written down.
  //   RESOURCE_EXHAUSTED / STORAGE_FULL  it could not be, and so it is refused
  absl::Status MayAct() const ABSL_LOCKS_EXCLUDED(mu_);

 private:
  // A record that the thread has not seen yet.
  struct Waiting {
    AuditRecord record;
    // Null: nobody waits.
    absl::AnyInvocable<void()> then;
  };

  AuditLog(Options options, const Clock& clock, prometheus::Registry& registry,
           std::unique_ptr<AuditFile> file);

  void Push(AuditRecord record, absl::AnyInvocable<void()> then)
      ABSL_LOCKS_EXCLUDED(mu_);
  // Counts a record that cannot be kept.
  void Lose() ABSL_LOCKS_EXCLUDED(mu_);
  void Work() ABSL_LOCKS_EXCLUDED(mu_);
  // Waits until something is to be done, and takes it. False: it is the last.
  bool TakeWork(std::vector<Waiting>* work) ABSL_LOCKS_EXCLUDED(mu_);
  // Writes `work` and what is left from before; syncs when somebody waits for
  // it or it is time.
  void Write(std::vector<Waiting> work, bool last) ABSL_LOCKS_EXCLUDED(mu_);
  // Adds to the file what was left out and what was lost.
  void AddSums(bool last) ABSL_LOCKS_EXCLUDED(mu_);
  void Outcome(const absl::Status& written) ABSL_LOCKS_EXCLUDED(mu_);

  const Options options_;
  std::atomic<bool> refuse_on_failure_;
  const Clock& clock_;
  AuditMetrics metrics_;
  AuditLimits limits_;

  // Touched by the thread alone.
  std::unique_ptr<AuditFile> file_;
  int64_t unsynced_records_ = 0;
  // When it is synced though nobody waits; in the past: there is nothing.
  absl::Time next_sync_ = absl::InfinitePast();
  // After a failure, when it is tried again.
  absl::Time next_try_ = absl::InfinitePast();
  // When the count of what was left out may be written again.
  absl::Time next_sums_ = absl::InfinitePast();

  mutable Mutex mu_;
  CondVar changed_;
  std::vector<Waiting> waiting_ ABSL_GUARDED_BY(mu_);
  // Somebody waits for a sync.
  bool urgent_ ABSL_GUARDED_BY(mu_) = false;
  // The thread has something that is not synced, or nothing can be written.
  bool unsynced_ ABSL_GUARDED_BY(mu_) = false;
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  // Records that could not be kept, since that was last written.
  int64_t lost_ ABSL_GUARDED_BY(mu_) = 0;
  // Why it could not be written the last time; OK: it could.
  absl::Status trouble_ ABSL_GUARDED_BY(mu_);
  std::thread thread_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_AUDIT_AUDIT_LOG_H_

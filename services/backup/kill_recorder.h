#ifndef COURANT_SERVICES_BACKUP_KILL_RECORDER_H_
#define COURANT_SERVICES_BACKUP_KILL_RECORDER_H_

#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/backup/backup_metrics.h"
#include "storage/base/mutex.h"
#include "storage/kill_book.h"
#include "storage/store.h"

namespace courant {

// Who a kill is by that had to be done once more.
inline constexpr char kRestoreActor[] = "courant/restore";

// Keeps the KILLS file beside the backups, so that a text that was killed does
// not come back with a backup from before. What it notes it learns from the
// log: at the start from what it has not seen yet, then from every change. A
// kill is noted some milliseconds after it is on stable storage, and its caller
// does not wait for that; where the folder of the backups cannot be written,
// once a second it is tried again, and a metric tells. Thread-safe.
class KillRecorder final : public storage::ChangeListener {
 public:
  // Nothing is owned; all must outlive this.
  KillRecorder(storage::Store& store, BackupMetrics& metrics,
               std::string folder)
      : store_(store), metrics_(metrics), folder_(std::move(folder)) {}

  // Stop().
  ~KillRecorder() override;

  // Before anybody is served, and before the listener of the store is set:
  // notes what was killed since the book was closed; kills again what is in the
  // book and not killed in this log, because a backup was restored; and notes
  // in which epoch the log is. The number of articles that were killed again.
  //   FAILED_PRECONDITION  the book is of another log
  //   DATA_LOSS            the book or the log is damaged
  //   others               as of Committer
  absl::StatusOr<int> CatchUp();

  // After CatchUp: notes from now on, on a thread of its own.
  void Start();
  // Notes what is left, once, and ends. May be called more than once.
  void Stop();

  // Leaves what was killed to the thread.
  void OnApplied(const std::vector<storage::SharedEntry>& changes) override;

 private:
  // All that are noted then.
  absl::StatusOr<std::vector<storage::KilledArticle>> NoteLog();
  absl::StatusOr<int> KillAgain(
      const std::vector<storage::KilledArticle>& noted);
  // Writes them down, and that there are no others up to `seen`. Opens the book
  // when the last time failed.
  absl::Status Note(const std::vector<storage::KilledArticle>& kills,
                    Sequence seen);
  // Until stopped: notes what OnApplied leaves for it.
  void Work();

  storage::Store& store_;
  BackupMetrics& metrics_;
  const std::string folder_;
  // Of CatchUp, and of the thread afterwards. Nothing after a failure: then it
  // is opened before it is written.
  std::optional<storage::KillBook> book_;

  // Guards what OnApplied leaves for the thread; nothing is done under it.
  Mutex mu_;
  CondVar changed_;
  // Not noted yet; and the newest change that was looked at.
  std::vector<storage::KilledArticle> kills_ ABSL_GUARDED_BY(mu_);
  Sequence seen_ ABSL_GUARDED_BY(mu_);
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  std::thread thread_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_BACKUP_KILL_RECORDER_H_

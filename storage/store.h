#ifndef COURANT_STORAGE_STORE_H_
#define COURANT_STORAGE_STORE_H_

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "prometheus/registry.h"
#include "storage/applier.h"
#include "storage/ballast.h"
#include "storage/base/clock.h"
#include "storage/base/mutex.h"
#include "storage/base/status_macros.h"
#include "storage/change_log.h"
#include "storage/committer.h"
#include "storage/database.h"
#include "storage/disk_eraser.h"
#include "storage/embedded_log.h"
#include "storage/epochs.h"
#include "storage/ledger_store.h"
#include "storage/subscription_store.h"
#include "storage/watermark.h"

namespace courant::storage {

// How a data folder is opened.
struct StoreOptions {
  // Behaviour.

  // The folder; made when it is not there. Holds `db/` and `WATERMARK`.
  std::string data_dir;
  DatabaseOptions database;
  // How long the answer to a request_id is kept, at least; and for how many
  // changes, however old.
  absl::Duration request_retention = absl::Hours(7 * 24);
  uint64_t requests_kept = 1'000'000;
  // Time between writes of the watermark: what a damaged disk may take from
  // the end of the log without being found out.
  absl::Duration watermark_interval = absl::Seconds(1);
  // Time between looks for articles that were taken away and may still be in
  // files.
  absl::Duration erase_interval = absl::Seconds(1);
  // Bytes of a file that are set aside for opening it on a full disk: see
  // ballast.h. 0: none.
  uint64_t ballast_bytes = 0;
  // Opens a log that lost its end, if exactly this change is the newest one
  // left. The epoch grows, so that readers who had more are told.
  std::optional<Sequence> accept_data_loss;
  // The database was just copied from a backup, and nothing of this folder was
  // opened since. The log must have what `mark` covers, ends where the copy is
  // cut off, and goes on in an epoch above `above`, so that readers who had
  // more are told; of which epoch, `others` says, those that are known from
  // elsewhere.
  struct FromBackup {
    Watermark mark;
    Epoch above;
    std::vector<EpochBranch> others;
  };
  std::optional<FromBackup> from_backup;
  // What follows from every decision, in the same commit. Null: nothing.
  Consequences consequences;
  // Called once, from any thread, when nothing can be written any more until
  // the program is started again. Must not block.
  std::function<void(const absl::Status&)> on_broken;
};

// An open data folder: the log, the state, and the one way to change them. The
// only place where storage's parts are put together. Thread-safe.
class Store {
 public:
  // Opens the folder. Nothing is owned but the folder; all must outlive the
  // store. Blocks while the write-ahead log is read.
  //   DATA_LOSS            the log is shorter than what was acknowledged, or
  //                        damaged. The text says what is missing and what to
  //                        do.
  //   FAILED_PRECONDITION  the folder is of a newer version, or a restore into
  //                        it was cut short.
  //   UNAVAILABLE          it cannot be read, or another process has it open.
  static absl::StatusOr<std::unique_ptr<Store>> Open(
      StoreOptions options, const Clock& clock, prometheus::Registry& registry);

  // Writes the watermark and closes. No call may be in progress.
  ~Store();

  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // Returns when the articles that were taken away so far are in no file of the
  // folder any more. A thread of the store does this by itself, about a second
  // after each such change and again after a restart, if it was cut short; this
  // is for those who need to know. Blocks, for as long as it takes to merge the
  // files that hold them.
  //   ABORTED  somebody reads a state from before; try again.
  //   others   as Database::WriteDurably.
  absl::Status EraseFromDisk() { return eraser_->EraseNow(); }
  // Whether there is something left for it to do.
  absl::StatusOr<bool> OwesErasures() const {
    COURANT_ASSIGN_OR_RETURN(const std::vector<Sequence> owed, eraser_->Owed());
    return !owed.empty();
  }

  // Reads one key, for who wants to know whether reading works at all. Blocks
  // for as long as the database does. Errors as Database::Get.
  absl::Status Probe() const;

  // Where the log stands now, as the file WATERMARK would say it.
  absl::StatusOr<Watermark> CurrentWatermark() const;

  // Checks everything in the log: ChangeLog::VerifyAll.
  absl::StatusOr<VerifiedLog> VerifyAll(
      const VerifyProgress& on_progress = nullptr) const {
    return change_log_->VerifyAll(on_progress);
  }

  // Another number of bytes that writes leave free, from the next write on.
  void ReserveBytes(uint64_t bytes) { database_->ReserveBytes(bytes); }

  Committer& committer() { return *committer_; }
  Applier& applier() { return *applier_; }
  SubscriptionStore& subscriptions() { return *subscriptions_; }
  const LedgerStore& ledger() const { return *ledger_; }
  const ChangeLog& change_log() const { return *change_log_; }
  const Database& database() const { return *database_; }

  // Identifies the log for ever, 16 bytes.
  const std::string& log_id() const { return format_.log_id(); }
  // All of what this folder is, the secret included.
  const v1::Format& format() const { return format_; }
  // Secret for tokens, 32 bytes. Must not be shown.
  const std::string& token_key() const { return format_.token_key(); }
  // Grows when history is rolled back; the last change that the epochs before
  // share with it.
  Epoch epoch() const { return epochs_.newest(); }
  Sequence branch() const { return epochs_.branch(); }
  // All that led here.
  const Epochs& epochs() const { return epochs_; }
  const std::string& data_dir() const { return options_.data_dir; }
  // The newest change that the watermark covers.
  Sequence watermark_sequence() const ABSL_LOCKS_EXCLUDED(mu_);

 private:
  // What RocksDB's threads and the destructor tell each other.
  struct Ending {
    std::atomic<bool> broken{false};  // RocksDB can write no more
    std::atomic<bool> begun{false};   // who is told of that does not care now
  };

  Store(StoreOptions options, WatermarkFile watermark_file,
        std::shared_ptr<Ending> ending);

  absl::Status OpenParts(const Clock& clock, prometheus::Registry& registry);
  // Reads who this database is; makes it somebody when it is new.
  absl::Status LoadFormat(const Clock& clock);
  // Reads which epochs there were.
  absl::Status LoadEpochs();
  // Says on disk that the folder is of today's version, if it is older.
  absl::Status UpgradeFormat();
  // Refuses a log that lost something, unless the operator accepted it.
  absl::Status CheckNothingLost(const Tail& tail, bool loss_accepted);
  // Starts a new epoch at `tail`; of a backup one above all that were.
  absl::Status RaiseEpoch(const Tail& tail);
  absl::Status WriteWatermark() ABSL_LOCKS_EXCLUDED(mu_);
  // Until stopped: writes the watermark, forgets old requests, keeps ballast.
  void Maintain(const Clock& clock) ABSL_LOCKS_EXCLUDED(mu_);
  // Forgets answers that nobody will ask for any more, for as long as there are
  // some and the next watermark can wait. Whether there may be more.
  absl::StatusOr<bool> ForgetOldRequests(absl::Time now)
      ABSL_LOCKS_EXCLUDED(mu_);
  // Some of them, in one write: from the key `from` on, which moves behind
  // them. The number of those that it forgot.
  absl::StatusOr<size_t> ForgetSomeRequests(absl::Time now, std::string& from);

  const StoreOptions options_;
  // Touched by one thread at a time.
  WatermarkFile watermark_file_;
  Ballast ballast_;
  const std::shared_ptr<Ending> ending_;

  // Constant after Open, in the order of their dependence.
  std::unique_ptr<Database> database_;
  v1::Format format_;
  Epochs epochs_;
  std::unique_ptr<EmbeddedLog> log_;
  std::unique_ptr<Applier> applier_;
  std::optional<ChangeLog> change_log_;
  std::unique_ptr<StorageMetrics> metrics_;
  std::unique_ptr<Committer> committer_;
  std::unique_ptr<DiskEraser> eraser_;
  std::unique_ptr<SubscriptionStore> subscriptions_;
  std::optional<LedgerStore> ledger_;

  mutable Mutex mu_;
  CondVar stop_cv_;
  bool stopping_ ABSL_GUARDED_BY(mu_) = false;
  Sequence watermark_ ABSL_GUARDED_BY(mu_);
  std::thread maintenance_;
};

}  // namespace courant::storage

#endif  // COURANT_STORAGE_STORE_H_

#ifndef COURANT_SERVICES_LEDGER_NOTICE_WATCH_H_
#define COURANT_SERVICES_LEDGER_NOTICE_WATCH_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <utility>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "courant/v1/ledger.pb.h"
#include "services/ledger/ledger_metrics.h"
#include "storage/base/clock.h"
#include "storage/ledger_store.h"

namespace courant {

// Sees how long notices are open, for operators: keeps the gauges of how many
// there are and of how old the oldest is, and marks and tells of what was not
// acknowledged in time, for somebody to call the partner. It writes what it
// marks, so use it from the one thread that writes the ledger.
class NoticeWatch {
 public:
  // Nothing is owned; all must outlive the object. A notice is overdue when so
  // long after it was made nothing was said to it; `on_overdue`, if any, is
  // called once for each, behind the write that marks it, with what is in the
  // ledger of it and not one word of the article.
  NoticeWatch(const storage::LedgerStore& store, const Clock& clock,
              LedgerMetrics& metrics, absl::Duration acknowledge_within,
              std::function<void(const v1::Notice&)> on_overdue)
      : store_(store),
        clock_(clock),
        metrics_(metrics),
        acknowledge_within_ns_(absl::ToInt64Nanoseconds(acknowledge_within)),
        on_overdue_(std::move(on_overdue)) {}

  // Looks once. `state` says how many are open. Reads the oldest of each kind,
  // and what has become overdue since, some at a time: takes no longer however
  // many are open. A failure only means that it is looked at again.
  absl::Status Look(const storage::v1::LedgerRow& state);

  // Another time from the next look on, also for notices that are open. From
  // any thread.
  void SetAcknowledgeWithin(absl::Duration within) {
    acknowledge_within_ns_.store(absl::ToInt64Nanoseconds(within));
  }

 private:
  const storage::LedgerStore& store_;
  const Clock& clock_;
  LedgerMetrics& metrics_;
  std::atomic<int64_t> acknowledge_within_ns_;
  const std::function<void(const v1::Notice&)> on_overdue_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_LEDGER_NOTICE_WATCH_H_

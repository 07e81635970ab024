#ifndef COURANT_SERVICES_LEDGER_OPEN_NOTICE_METRICS_H_
#define COURANT_SERVICES_LEDGER_OPEN_NOTICE_METRICS_H_

#include <vector>

#include "absl/time/time.h"
#include "prometheus/collectable.h"
#include "prometheus/metric_family.h"
#include "services/ledger/ledger_metrics.h"
#include "storage/base/clock.h"
#include "storage/base/mutex.h"
#include "storage/ledger_store.h"

namespace courant {

// Which partners make one wait for an answer, and how old what is open is:
//
//   courant_partner_oldest_open_notice_seconds{partner}
//       since the oldest notice was made to which it has said nothing; 0: none
//   courant_partner_last_answer_timestamp_seconds{partner}
//       when it said something last, in Unix time; 0: not since the start
//   courant_notices_open_by_age{age}
//       notices to which nothing was said, each in the first age that is not
//       below its own: "5m", "30m", "4h", "1d", or "older"
//
// `partner` is a {partner}: of the kMaxPartners for which one waits longest,
// and, where they are fewer, of those that said something last. So nobody makes
// series without end by making partners, and who has never had a notice has
// none. Looked at when somebody scrapes, at most once in kInterval: one seek
// for each partner with something open, and one step for each open notice older
// than 5 minutes, kMaxCounted of a kind at most. Thread-safe.
class OpenNoticeMetrics final : public prometheus::Collectable {
 public:
  // Enough to know whom to call; the console and ListNotices have all.
  static constexpr size_t kMaxPartners = 50;
  static constexpr int kMaxCounted = 10'000;
  // What a scrape may be behind.
  static constexpr absl::Duration kInterval = absl::Seconds(10);

  // Nothing is owned; all must outlive the object.
  OpenNoticeMetrics(const storage::LedgerStore& store, LedgerMetrics& ledger,
                    const Clock& clock)
      : store_(store), ledger_(ledger), clock_(clock) {}

  // What cannot be read is left out.
  std::vector<prometheus::MetricFamily> Collect() const override
      ABSL_LOCKS_EXCLUDED(mu_);

 private:
  const storage::LedgerStore& store_;
  LedgerMetrics& ledger_;
  const Clock& clock_;
  // Held while they are looked at, so that two scrapes do it once.
  mutable Mutex mu_;
  mutable std::vector<prometheus::MetricFamily> seen_ ABSL_GUARDED_BY(mu_);
  mutable absl::Time seen_at_ ABSL_GUARDED_BY(mu_) = absl::InfinitePast();
};

}  // namespace courant

#endif  // COURANT_SERVICES_LEDGER_OPEN_NOTICE_METRICS_H_

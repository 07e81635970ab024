#ifndef COURANT_SERVICES_TRANSLATION_TRANSLATION_METRICS_H_
#define COURANT_SERVICES_TRANSLATION_TRANSLATION_METRICS_H_

#include <vector>

#include "absl/time/time.h"
#include "prometheus/collectable.h"
#include "prometheus/metric_family.h"
#include "storage/base/clock.h"
#include "storage/base/mutex.h"
#include "storage/database.h"

namespace courant {

// How translations stand to their sources, for dashboards and alerts:
//
//   courant_translations{language, freshness}
//
// counts the kMaxScanned newest ones, of the kMaxLanguages languages that have
// the most; the rest is `other`. Freshness is that of translation.proto. They
// are counted at a scrape, at most once in kInterval, which takes some 5 ms for
// 1,000. Thread-safe.
class TranslationMetrics final : public prometheus::Collectable {
 public:
  // Beyond that nobody waits for a revision of a translation any more.
  static constexpr int kMaxScanned = 10'000;
  // With 8 kinds of freshness at most 248 series.
  static constexpr size_t kMaxLanguages = 30;
  // What a scrape may be behind.
  static constexpr absl::Duration kInterval = absl::Seconds(10);

  // Nothing is owned; both must outlive the object.
  TranslationMetrics(const storage::Database& database, const Clock& clock)
      : database_(database), clock_(clock) {}

  // The family without series while there is no translation. What cannot be
  // read is left out.
  std::vector<prometheus::MetricFamily> Collect() const override
      ABSL_LOCKS_EXCLUDED(mu_);

 private:
  const storage::Database& database_;
  const Clock& clock_;
  // Held while they are counted, so that two scrapes do it once.
  mutable Mutex mu_;
  mutable prometheus::MetricFamily counted_ ABSL_GUARDED_BY(mu_);
  mutable absl::Time counted_at_ ABSL_GUARDED_BY(mu_) = absl::InfinitePast();
};

}  // namespace courant

#endif  // COURANT_SERVICES_TRANSLATION_TRANSLATION_METRICS_H_

#ifndef COURANT_SERVICES_LEDGER_LEDGER_METRICS_H_
#define COURANT_SERVICES_LEDGER_LEDGER_METRICS_H_

#include <array>
#include <map>
#include <string>

#include "absl/time/time.h"
#include "courant/v1/change.pb.h"
#include "courant/v1/ledger.pb.h"
#include "prometheus/counter.h"
#include "prometheus/gauge.h"
#include "prometheus/registry.h"
#include "storage/base/mutex.h"

namespace courant {

// What the ledger counts, for operators' dashboards and alerts: whether what
// has to be told is told, and whether partners say something to it. No partner
// is named in a label here, since their number has no bound; of those that make
// one wait longest, open_notice_metrics.h has some. All series are there from
// the start, so that a rule over one that never moved has data. Thread-safe.
//
//   courant_ledger_deliveries_total{channel}    revisions given, the first time
//   courant_notices_total{kind}                 notices made
//   courant_notices_answered_total{state}       what was said to them
//   courant_notices_overdue_total{kind}         not acknowledged in time
//   courant_notices_open{kind}                  nothing was said yet
//   courant_notices_oldest_open_seconds{kind}   since it was made; 0: none
//   courant_ledger_stuck                        1: nothing can be written, and
//                                               partners are given nothing
class LedgerMetrics {
 public:
  // Makes all series. `registry` is not owned and must outlive the metrics; one
  // registry takes one object.
  explicit LedgerMetrics(prometheus::Registry& registry);

  // By each channel of the contract.
  prometheus::Counter& deliveries(v1::Delivery::Channel channel) {
    return *deliveries_.at(channel);
  }
  // By each of kNoticeKinds: the four below. Counted when it is on the disk;
  // open ones and the oldest are as of the last look, some seconds ago.
  prometheus::Counter& made(v1::Change::Kind kind) {
    return *kinds_.at(kind).made;
  }
  prometheus::Counter& overdue(v1::Change::Kind kind) {
    return *kinds_.at(kind).overdue;
  }
  prometheus::Gauge& open(v1::Change::Kind kind) {
    return *kinds_.at(kind).open;
  }
  prometheus::Gauge& oldest(v1::Change::Kind kind) {
    return *kinds_.at(kind).oldest;
  }
  prometheus::Gauge& stuck() { return *stuck_; }
  // By ACKNOWLEDGED, APPLIED and REFUSED; what is said once more is not
  // counted.
  prometheus::Counter& answered(v1::Notice::State state) {
    return *answered_.at(state);
  }

  // Notes that `partner`, a {partner}, said something to a notice; and what was
  // noted since the start, by partner: the last time of each. As many as there
  // are partners that did.
  void NoteAnswer(const std::string& partner, absl::Time time)
      ABSL_LOCKS_EXCLUDED(mu_);
  std::map<std::string, absl::Time> last_answers() const
      ABSL_LOCKS_EXCLUDED(mu_);

 private:
  // The series of one kind of notice.
  struct OfKind {
    prometheus::Counter* made;
    prometheus::Counter* overdue;
    prometheus::Gauge* open;
    prometheus::Gauge* oldest;
  };
  std::map<v1::Delivery::Channel, prometheus::Counter*> deliveries_;
  std::map<v1::Change::Kind, OfKind> kinds_;
  std::map<v1::Notice::State, prometheus::Counter*> answered_;
  prometheus::Gauge* stuck_;

  mutable Mutex mu_;
  std::map<std::string, absl::Time> last_answers_ ABSL_GUARDED_BY(mu_);
};

// The kinds of notices there are.
inline constexpr std::array kNoticeKinds = {
    v1::Change::CORRECTED, v1::Change::HELD, v1::Change::WITHDRAWN,
    v1::Change::KILLED};

}  // namespace courant

#endif  // COURANT_SERVICES_LEDGER_LEDGER_METRICS_H_

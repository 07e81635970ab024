#include "services/ledger/ledger_metrics.h"

#include <string>

namespace courant {
namespace {

prometheus::Family<prometheus::Counter>& Counters(
    prometheus::Registry& registry, const std::string& name,
    const std::string& help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}

prometheus::Family<prometheus::Gauge>& Gauges(prometheus::Registry& registry,
                                              const std::string& name,
                                              const std::string& help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry);
}

}  // namespace

LedgerMetrics::LedgerMetrics(prometheus::Registry& registry) {
  auto& deliveries =
      Counters(registry, "courant_ledger_deliveries_total",
               "Revisions given to partners, the first time by each channel.");
  for (const auto channel :
       {v1::Delivery::STREAM, v1::Delivery::POLL, v1::Delivery::READ}) {
    deliveries_[channel] =
        &deliveries.Add({{"channel", v1::Delivery::Channel_Name(channel)}});
  }
  auto& made = Counters(registry, "courant_notices_total",
                        "Notices to partners that were made.");
  auto& overdue = Counters(registry, "courant_notices_overdue_total",
                           "Notices that were not acknowledged in time.");
  auto& open = Gauges(registry, "courant_notices_open",
                      "Notices to which the partner has said nothing yet.");
  auto& oldest = Gauges(registry, "courant_notices_oldest_open_seconds",
                        "Time since the oldest of them was made; 0 for none.");
  for (const auto kind : kNoticeKinds) {
    const prometheus::Labels labels = {{"kind", v1::Change::Kind_Name(kind)}};
    kinds_[kind] = {&made.Add(labels), &overdue.Add(labels), &open.Add(labels),
                    &oldest.Add(labels)};
  }
  stuck_ = &Gauges(registry, "courant_ledger_stuck",
                   "1 while the ledger cannot be written: partners are given "
                   "nothing then.")
                .Add({});
  auto& answered = Counters(registry, "courant_notices_answered_total",
                            "What partners said to notices.");
  for (const auto state :
       {v1::Notice::ACKNOWLEDGED, v1::Notice::APPLIED, v1::Notice::REFUSED}) {
    answered_[state] =
        &answered.Add({{"state", v1::Notice::State_Name(state)}});
  }
}

void LedgerMetrics::NoteAnswer(const std::string& partner, absl::Time time) {
  MutexLock lock(mu_);
  last_answers_[partner] = time;
}

std::map<std::string, absl::Time> LedgerMetrics::last_answers() const {
  MutexLock lock(mu_);
  return last_answers_;
}

}  // namespace courant

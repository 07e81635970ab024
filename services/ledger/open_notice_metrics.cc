#include "services/ledger/open_notice_metrics.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"

namespace courant {
namespace {

using storage::StoredNotice;

// Behind every notice of a partner: no change has this number.
constexpr Sequence kBehindAll(std::numeric_limits<uint64_t>::max() - 1);

// What is known of one partner.
struct Partner {
  std::string name;
  // When the oldest notice was made that is open; nothing when none is.
  std::optional<absl::Time> oldest;
  // When it said something last.
  std::optional<absl::Time> answered;

  // Who comes first: for whom one waits longest, then who said something last.
  friend bool operator<(const Partner& a, const Partner& b) {
    const absl::Time a_oldest = a.oldest.value_or(absl::InfiniteFuture());
    const absl::Time b_oldest = b.oldest.value_or(absl::InfiniteFuture());
    if (a_oldest != b_oldest) return a_oldest < b_oldest;
    if (a.answered != b.answered) return a.answered > b.answered;
    return a.name < b.name;
  }
};

// The oldest open notice of each partner that has one. Those of one partner
// stand in the order of the changes, hence of time.
std::map<std::string, absl::Time> OldestOf(const storage::LedgerStore& store) {
  std::map<std::string, absl::Time> oldest;
  storage::LedgerStore::NoticePlace after;
  while (true) {
    std::optional<StoredNotice> first;
    const absl::Status read = store.ForEachNotice(
        /*partner=*/"", after, /*open_only=*/true,
        [&](const StoredNotice& notice) -> absl::StatusOr<bool> {
          first = notice;
          return false;
        });
    if (!read.ok() || !first) return oldest;
    oldest[first->partner] = absl::FromUnixMicros(first->row.made_time_us());
    after = {first->partner, kBehindAll};
  }
}

std::vector<Partner> PartnersOf(const storage::LedgerStore& store,
                                const LedgerMetrics& ledger) {
  std::map<std::string, Partner> by_name;
  for (const auto& [name, oldest] : OldestOf(store)) {
    by_name[name].oldest = oldest;
  }
  for (const auto& [name, answered] : ledger.last_answers()) {
    by_name[name].answered = answered;
  }
  std::vector<Partner> partners;
  for (auto& [name, partner] : by_name) {
    partner.name = name;
    partners.push_back(std::move(partner));
  }
  std::sort(partners.begin(), partners.end());
  if (partners.size() > OpenNoticeMetrics::kMaxPartners) {
    partners.resize(OpenNoticeMetrics::kMaxPartners);
  }
  return partners;
}

// The last is for what is older than all before it.
struct Age {
  const char* name;
  absl::Duration limit;
};
constexpr std::array kAges = {
    Age{"5m", absl::Minutes(5)}, Age{"30m", absl::Minutes(30)},
    Age{"4h", absl::Hours(4)}, Age{"1d", absl::Hours(24)},
    Age{"older", absl::InfiniteDuration()}};
using CountsByAge = std::array<double, kAges.size()>;

// Open notices by age. The youngest are not gone through: there may be many.
CountsByAge ByAge(const storage::LedgerStore& store, LedgerMetrics& ledger,
                  absl::Time now) {
  CountsByAge counts = {};
  double open = 0;
  double counted = 0;
  for (const auto kind : kNoticeKinds) {
    open += ledger.open(kind).Value();
    int of_kind = 0;
    // What cannot be read is not counted.
    store
        .ForEachOpenTime(
            kind,
            [&](int64_t made_us) {
              const absl::Duration age = now - absl::FromUnixMicros(made_us);
              if (age <= kAges.front().limit) return false;
              const auto* const its = std::find_if(
                  kAges.begin(), kAges.end(),
                  [&](const Age& one) { return age <= one.limit; });
              ++counts.at(static_cast<size_t>(its - kAges.begin()));
              ++counted;
              return ++of_kind < OpenNoticeMetrics::kMaxCounted;
            })
        .IgnoreError();
  }
  // Counted some seconds apart.
  counts.front() = std::max(0.0, open - counted);
  return counts;
}

prometheus::MetricFamily Gauges(const char* name, const char* help) {
  prometheus::MetricFamily family;
  family.name = name;
  family.help = help;
  family.type = prometheus::MetricType::Gauge;
  return family;
}

void Add(const char* label, const std::string& value, double number,
         prometheus::MetricFamily& family) {
  prometheus::ClientMetric& metric = family.metric.emplace_back();
  metric.label = {{label, value}};
  metric.gauge.value = number;
}

}  // namespace

std::vector<prometheus::MetricFamily> OpenNoticeMetrics::Collect() const {
  MutexLock lock(mu_);
  const absl::Time now = clock_.Now();
  // The clock may have been set back.
  if (now >= seen_at_ && now - seen_at_ < kInterval) return seen_;
  prometheus::MetricFamily oldest =
      Gauges("courant_partner_oldest_open_notice_seconds",
             "Time since the oldest notice was made to which the partner has "
             "said nothing; 0 for none.");
  prometheus::MetricFamily answered =
      Gauges("courant_partner_last_answer_timestamp_seconds",
             "When the partner said something to a notice last, in Unix time; "
             "0: not since the start.");
  for (const Partner& partner : PartnersOf(store_, ledger_)) {
    Add("partner", partner.name,
        partner.oldest
            ? std::max(0.0, absl::ToDoubleSeconds(now - *partner.oldest))
            : 0,
        oldest);
    Add("partner", partner.name,
        partner.answered
            ? absl::ToDoubleSeconds(*partner.answered - absl::UnixEpoch())
            : 0,
        answered);
  }
  prometheus::MetricFamily by_age =
      Gauges("courant_notices_open_by_age",
             "Notices to which the partner has said nothing yet, by how old "
             "they are at most.");
  const CountsByAge counts = ByAge(store_, ledger_, now);
  for (size_t i = 0; i < counts.size(); ++i) {
    Add("age", kAges.at(i).name, counts.at(i), by_age);
  }
  seen_ = {std::move(oldest), std::move(answered), std::move(by_age)};
  seen_at_ = now;
  return seen_;
}

}  // namespace courant

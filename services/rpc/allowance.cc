#include "services/rpc/allowance.h"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

// A stream that ends may do so at any moment.
constexpr absl::Duration kStreamsRetry = absl::Seconds(5);

prometheus::Counter& Refused(prometheus::Registry& registry,
                             const std::string& quota) {
  return prometheus::BuildCounter()
      .Name("courant_quota_refused_total")
      .Help("What partners were refused because they had asked for too much.")
      .Register(registry)
      .Add({{"quota", quota}});
}

absl::Status Exceeded(absl::string_view quota, absl::string_view what,
                      double limit) {
  // All of its digits.
  const std::string number = absl::StrCat(static_cast<int64_t>(limit));
  const std::string words =
      absl::StrCat("the quota is ", number, " ", what,
                   "; AccountService.GetAccount tells what else there is");
  return WithQuotaFailure(
      MakeError(v1::QUOTA_EXCEEDED, words,
                {{"quota", std::string(quota)}, {"limit", number}}),
      quota, words);
}

constexpr int64_t kAll = std::numeric_limits<int64_t>::max();
constexpr Allowance::Usage kAllLeft = {
    .calls_left = kAll, .openings_left = kAll, .bytes_left = kAll};

// Of each limit the narrower.
QuotaLimits LeastOf(const QuotaLimits& a, const QuotaLimits& b) {
  const bool is_any = a.replay_days == 0 || b.replay_days == 0;
  return {.calls_per_second = std::min(a.calls_per_second, b.calls_per_second),
          .call_burst = std::min(a.call_burst, b.call_burst),
          .max_streams = std::min(a.max_streams, b.max_streams),
          .openings_per_minute =
              std::min(a.openings_per_minute, b.openings_per_minute),
          .bytes_per_second = std::min(a.bytes_per_second, b.bytes_per_second),
          .replay_days = is_any ? std::max(a.replay_days, b.replay_days)
                                : std::min(a.replay_days, b.replay_days)};
}

}  // namespace

QuotaMetrics::QuotaMetrics(prometheus::Registry& registry)
    : calls(Refused(registry, "calls")),
      notices(Refused(registry, "notices")),
      streams(Refused(registry, "streams")),
      openings(Refused(registry, "openings")),
      bytes(Refused(registry, "bytes")),
      replay(Refused(registry, "replay")) {}

QuotaLimits QuotaLimits::None() {
  constexpr double kAny = std::numeric_limits<double>::infinity();
  return {.calls_per_second = kAny,
          .call_burst = kAny,
          .max_streams = std::numeric_limits<int>::max(),
          .openings_per_minute = kAny,
          .bytes_per_second = kAny,
          .replay_days = 0};
}

Allowance::Allowance(QuotaLimits limits, SteadyTime now, QuotaMetrics& metrics,
                     std::shared_ptr<Allowance> within)
    : now_(std::move(now)),
      metrics_(metrics),
      within_(std::move(within)),
      limits_(limits),
      streams_(std::make_shared<int>(0)) {}

absl::Duration Allowance::TakeOne(Bucket& bucket, Size size) {
  bucket = Filled(bucket, size);
  if (bucket.left < 1) return absl::Seconds((1 - bucket.left) / size.rate);
  bucket.left -= 1;
  return absl::ZeroDuration();
}

absl::Duration Allowance::Owed() const {
  const double left = Filled(bytes_, ByteSize()).left;
  return left >= 0 ? absl::ZeroDuration()
                   : absl::Seconds(-left / limits_.bytes_per_second);
}

absl::Status Allowance::TakeCall(QuotaKind kind) {
  absl::Status taken = TakeOwnCall(kind);
  return taken.ok() && within_ ? within_->TakeCall(kind) : taken;
}

absl::Status Allowance::TakeOwnCall(QuotaKind kind) {
  const bool is_notice = kind == QuotaKind::kNotices;
  MutexLock lock(mu_);
  const absl::Duration wait =
      TakeOne(is_notice ? notices_ : calls_, CallSize());
  if (wait == absl::ZeroDuration()) return absl::OkStatus();
  (is_notice ? metrics_.notices : metrics_.calls).Increment();
  return WithRetryDelay(Exceeded(is_notice ? "notices" : "calls",
                                 "calls a second", limits_.calls_per_second),
                        wait);
}

absl::Status Allowance::TakeStream(std::shared_ptr<const void>* lease) {
  if (within_ == nullptr) return TakeOwnStream(lease);
  std::pair<std::shared_ptr<const void>, std::shared_ptr<const void>> both;
  absl::Status taken = TakeOwnStream(&both.first);
  if (taken.ok()) taken = within_->TakeStream(&both.second);
  if (taken.ok()) *lease = std::make_shared<decltype(both)>(std::move(both));
  return taken;
}

absl::Status Allowance::TakeOwnStream(std::shared_ptr<const void>* lease) {
  MutexLock lock(mu_);
  // Streams that end meanwhile only make it less.
  if (streams_.use_count() - 1 >= limits_.max_streams) {
    metrics_.streams.Increment();
    return WithRetryDelay(
        Exceeded("streams", "open streams", limits_.max_streams),
        kStreamsRetry);
  }
  const absl::Duration wait = TakeOne(openings_, OpeningSize());
  if (wait > absl::ZeroDuration()) {
    metrics_.openings.Increment();
    return WithRetryDelay(Exceeded("openings", "openings of streams a minute",
                                   limits_.openings_per_minute),
                          wait);
  }
  // Its copies count as one.
  *lease = std::make_shared<const std::shared_ptr<const void>>(streams_);
  return absl::OkStatus();
}

absl::Status Allowance::CheckBytes() const {
  absl::Status checked = CheckOwnBytes();
  return checked.ok() && within_ ? within_->CheckBytes() : checked;
}

absl::Status Allowance::CheckOwnBytes() const {
  MutexLock lock(mu_);
  const absl::Duration owed = Owed();
  if (owed == absl::ZeroDuration()) return absl::OkStatus();
  metrics_.bytes.Increment();
  return WithRetryDelay(
      Exceeded("bytes", "bytes a second", limits_.bytes_per_second), owed);
}

void Allowance::Spend(size_t bytes) {
  if (within_) within_->Spend(bytes);
  MutexLock lock(mu_);
  bytes_ = Filled(bytes_, ByteSize());
  bytes_.left -= static_cast<double>(bytes);
}

absl::Duration Allowance::Pause() const {
  const absl::Duration of_all =
      within_ ? within_->Pause() : absl::ZeroDuration();
  MutexLock lock(mu_);
  return std::max(Owed(), of_all);
}

absl::Status Allowance::CheckAge(absl::Duration age) const {
  absl::Status checked = CheckOwnAge(age);
  return checked.ok() && within_ ? within_->CheckAge(age) : checked;
}

absl::Status Allowance::CheckOwnAge(absl::Duration age) const {
  MutexLock lock(mu_);
  if (limits_.replay_days == 0 ||
      age <= absl::Hours(24) * limits_.replay_days) {
    return absl::OkStatus();
  }
  metrics_.replay.Increment();
  return Exceeded("replay",
                  "days of history; begin with SNAPSHOT_THEN_LIVE, and hold "
                  "that in place of what there is",
                  limits_.replay_days);
}

void Allowance::SetLimits(const QuotaLimits& limits) {
  MutexLock lock(mu_);
  // What was filled until now was filled at the old rates.
  calls_ = Filled(calls_, CallSize());
  notices_ = Filled(notices_, CallSize());
  openings_ = Filled(openings_, OpeningSize());
  bytes_ = Filled(bytes_, ByteSize());
  limits_ = limits;
}

QuotaLimits Allowance::limits() const {
  const QuotaLimits all = within_ ? within_->limits() : QuotaLimits::None();
  MutexLock lock(mu_);
  return LeastOf(limits_, all);
}

Allowance::Usage Allowance::usage() const {
  Usage all = within_ ? within_->usage() : kAllLeft;
  MutexLock lock(mu_);
  const auto least = [this](int64_t of_all, const Bucket& bucket, Size size) {
    const double left = Filled(bucket, size).left;
    return left < static_cast<double>(of_all) ? static_cast<int64_t>(left)
                                              : of_all;
  };
  return {.calls_left = least(all.calls_left, calls_, CallSize()),
          .open_streams = streams_.use_count() - 1,
          .openings_left = least(all.openings_left, openings_, OpeningSize()),
          .bytes_left = least(all.bytes_left, bytes_, ByteSize())};
}

}  // namespace courant

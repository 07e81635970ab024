#include "services/rpc/call_quota.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

absl::Time SteadyNow() {
  return absl::UnixEpoch() +
         absl::FromChrono(std::chrono::steady_clock::now().time_since_epoch());
}

prometheus::Family<prometheus::Counter>& Refused(
    prometheus::Registry& registry) {
  return prometheus::BuildCounter()
      .Name("courant_quota_refused_total")
      .Help("What partners were refused because they had asked for too much.")
      .Register(registry);
}

absl::Status Exceeded(absl::string_view quota, absl::string_view what,
                      double limit, absl::Duration retry_after) {
  const std::string number = absl::StrCat(limit);
  return WithRetryDelay(
      MakeError(v1::QUOTA_EXCEEDED,
                absl::StrCat("the quota is ", number, " ", what,
                             "; AccountService.GetAccount tells what is left"),
                {{"quota", std::string(quota)}, {"limit", number}}),
      retry_after);
}

}  // namespace

CallQuota::CallQuota(QuotaLimits limits, prometheus::Registry& registry,
                     Steady now)
    : limits_(limits),
      now_(now ? std::move(now) : SteadyNow),
      refused_calls_(Refused(registry).Add({{"quota", "calls"}})),
      refused_notices_(Refused(registry).Add({{"quota", "notices"}})),
      refused_streams_(Refused(registry).Add({{"quota", "streams"}})) {}

void CallQuota::Fill(Bucket& bucket, absl::Time now) const {
  // Full at the beginning: what is infinitely long ago has filled it.
  const double since = absl::ToDoubleSeconds(now - bucket.filled);
  bucket.left = std::min(limits_.call_burst,
                         bucket.left + since * limits_.calls_per_second);
  bucket.filled = now;
}

CallQuota::Account& CallQuota::AccountOf(absl::string_view partner) {
  Account& account = accounts_[partner];
  if (account.streams == nullptr) account.streams = std::make_shared<int>(0);
  return account;
}

absl::Status CallQuota::TakeCall(absl::string_view partner, QuotaKind kind) {
  const bool is_notice = kind == QuotaKind::kNotices;
  double missing = 0;
  {
    MutexLock lock(mu_);
    Account& account = AccountOf(partner);
    Bucket& bucket = is_notice ? account.notices : account.calls;
    Fill(bucket, now_());
    if (bucket.left >= 1) {
      bucket.left -= 1;
      return absl::OkStatus();
    }
    missing = 1 - bucket.left;
  }
  (is_notice ? refused_notices_ : refused_calls_).Increment();
  return Exceeded(is_notice ? "notices" : "calls", "calls a second",
                  limits_.calls_per_second,
                  absl::Seconds(missing / limits_.calls_per_second));
}

absl::Status CallQuota::TakeStream(absl::string_view partner,
                                   std::shared_ptr<const void>* lease) {
  {
    MutexLock lock(mu_);
    // Streams that end meanwhile only make it less.
    const auto& streams = AccountOf(partner).streams;
    if (streams.use_count() - 1 < limits_.max_streams) {
      *lease = streams;
      return absl::OkStatus();
    }
  }
  refused_streams_.Increment();
  return Exceeded("streams", "open streams", limits_.max_streams,
                  absl::Seconds(5));
}

CallQuota::Usage CallQuota::UsageOf(absl::string_view partner) const {
  MutexLock lock(mu_);
  const auto account = accounts_.find(partner);
  if (account == accounts_.end()) {
    return {.calls_left = static_cast<int64_t>(limits_.call_burst)};
  }
  Bucket calls = account->second.calls;
  Fill(calls, now_());
  return {.calls_left = static_cast<int64_t>(calls.left),
          .open_streams = account->second.streams.use_count() - 1};
}

}  // namespace courant

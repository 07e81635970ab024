#ifndef COURANT_SERVICES_RPC_CALL_QUOTA_H_
#define COURANT_SERVICES_RPC_CALL_QUOTA_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "prometheus/counter.h"
#include "prometheus/registry.h"
#include "services/rpc/quota_kind.h"
#include "storage/base/mutex.h"

namespace courant {

// How much one partner may ask for. What it is told about stops and corrections
// does not count, and neither does what it says to that: see QuotaKind.
struct QuotaLimits {
  // Calls and openings of streams, on average.
  double calls_per_second = 100;
  // So many at once after a pause.
  double call_burst = 1000;
  // Streams open at a time.
  int max_streams = 1000;
};

// Counts what each partner asks for, and refuses what is too much: a bucket of
// calls for each, which fills at a steady rate, and its open streams. There are
// as many buckets as partners that have called. Thread-safe; blocks nothing.
//
//   courant_quota_refused_total{quota="calls"|"notices"|"streams"}
class CallQuota {
 public:
  // A time that nobody sets: steady, from any beginning.
  using Steady = std::function<absl::Time()>;

  // `registry` is not owned and must outlive the object.
  CallQuota(QuotaLimits limits, prometheus::Registry& registry,
            Steady now = nullptr);

  // Takes one call of `partner`.
  //   RESOURCE_EXHAUSTED / QUOTA_EXCEEDED  with `quota`, `limit`, and when to
  //                                        try again
  absl::Status TakeCall(absl::string_view partner, QuotaKind kind)
      ABSL_LOCKS_EXCLUDED(mu_);
  // Takes one stream, which is given back when `*lease` and all its copies have
  // gone; errors as TakeCall().
  absl::Status TakeStream(absl::string_view partner,
                          std::shared_ptr<const void>* lease)
      ABSL_LOCKS_EXCLUDED(mu_);

  // What a partner has taken, for itself to see.
  struct Usage {
    int64_t calls_left = 0;
    int64_t open_streams = 0;
  };
  Usage UsageOf(absl::string_view partner) const ABSL_LOCKS_EXCLUDED(mu_);
  const QuotaLimits& limits() const { return limits_; }

 private:
  struct Bucket {
    double left = 0;
    absl::Time filled = absl::InfinitePast();
  };
  struct Account {
    Bucket calls;
    Bucket notices;
    // Counts those that hold it, one for the account itself.
    std::shared_ptr<const void> streams;
  };

  // Fills `bucket` up to now.
  void Fill(Bucket& bucket, absl::Time now) const;
  // The account of a partner, made when it is its first call.
  Account& AccountOf(absl::string_view partner)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const QuotaLimits limits_;
  const Steady now_;
  prometheus::Counter& refused_calls_;
  prometheus::Counter& refused_notices_;
  prometheus::Counter& refused_streams_;

  mutable Mutex mu_;
  absl::flat_hash_map<std::string, Account> accounts_ ABSL_GUARDED_BY(mu_);
};

}  // namespace courant

#endif  // COURANT_SERVICES_RPC_CALL_QUOTA_H_

#ifndef COURANT_SERVICES_RPC_ALLOWANCE_H_
#define COURANT_SERVICES_RPC_ALLOWANCE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "prometheus/counter.h"
#include "prometheus/registry.h"
#include "services/rpc/quota_kind.h"
#include "storage/base/mutex.h"

namespace courant {

// How much one partner, or one of its keys, may ask for. What it is told about
// stops and corrections does not count, and neither does what it says to that:
// see QuotaKind.
struct QuotaLimits {
  // Calls and openings of streams, on average.
  double calls_per_second = 100;
  // So many at once after a pause.
  double call_burst = 1000;
  // Streams open at a time.
  int max_streams = 1000;
  // Streams opened, on average; as many as in a minute at once after a pause.
  double openings_per_minute = 3000;
  // What it is sent, on average; as much as in ten seconds at once after a
  // pause.
  double bytes_per_second = 64 << 20;
  // How old the changes may be with which it begins. 0 days: any age.
  int replay_days = 0;

  // No bound at all.
  static QuotaLimits None();

  bool operator==(const QuotaLimits&) const = default;
};

// A time that nobody sets: steady, from any beginning.
using SteadyTime = std::function<absl::Time()>;

// Counts what was refused, of all partners.
//
//   courant_quota_refused_total{quota="calls"|"notices"|"streams"|"openings"|
//                                     "bytes"|"replay"}
struct QuotaMetrics {
  // `registry` is not owned and must outlive what counts.
  explicit QuotaMetrics(prometheus::Registry& registry);

  prometheus::Counter& calls;
  prometheus::Counter& notices;
  prometheus::Counter& streams;
  prometheus::Counter& openings;
  prometheus::Counter& bytes;
  prometheus::Counter& replay;
};

// What a partner or a key has left of its limits: buckets that fill at a steady
// rate, and its open streams. That of a key is within that of its partner: what
// is taken is taken from both, first of the key; what the partner's refuses
// then is gone for the key all the same. Thread-safe; blocks nothing. Refusals
// are RESOURCE_EXHAUSTED / QUOTA_EXCEEDED with `quota`, `limit`, a QuotaFailure
// and when to try again.
class Allowance {
 public:
  // `metrics` is not owned and must outlive the object. Null `within`: within
  // nothing.
  Allowance(QuotaLimits limits, SteadyTime now, QuotaMetrics& metrics,
            std::shared_ptr<Allowance> within = nullptr);

  // Takes one call, or the opening of a stream.
  absl::Status TakeCall(QuotaKind kind) ABSL_LOCKS_EXCLUDED(mu_);
  // Refuses while more was sent than the bytes that there are. Not for streams,
  // which wait, nor for notices.
  absl::Status CheckBytes() const ABSL_LOCKS_EXCLUDED(mu_);
  // Takes one stream, which is given back when `*lease` and all its copies have
  // gone: it is one, however many copies there are.
  absl::Status TakeStream(std::shared_ptr<const void>* lease)
      ABSL_LOCKS_EXCLUDED(mu_);
  // Takes bytes that were sent, whether they are there or not.
  void Spend(size_t bytes) ABSL_LOCKS_EXCLUDED(mu_);
  // How long to send nothing: until what was taken is there again. 0: not at
  // all.
  absl::Duration Pause() const ABSL_LOCKS_EXCLUDED(mu_);
  // Refuses to begin with changes of `age`, when that is more than may be.
  absl::Status CheckAge(absl::Duration age) const ABSL_LOCKS_EXCLUDED(mu_);

  // Other limits from now on. What was taken stays taken, and who is open stays
  // open.
  void SetLimits(const QuotaLimits& limits) ABSL_LOCKS_EXCLUDED(mu_);
  // The least of these and those that it is within.
  QuotaLimits limits() const ABSL_LOCKS_EXCLUDED(mu_);

  // What is left and taken, for the partner to see: of what it is within as
  // well, the least.
  struct Usage {
    int64_t calls_left = 0;
    int64_t open_streams = 0;
    int64_t openings_left = 0;
    int64_t bytes_left = 0;  // below 0: more was sent
  };
  Usage usage() const ABSL_LOCKS_EXCLUDED(mu_);

 private:
  struct Bucket {
    double left = 0;
    absl::Time filled = absl::InfinitePast();
  };
  // Of what a bucket is, a second, and how much it holds.
  struct Size {
    double rate;
    double most;
  };

  Size CallSize() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    return {limits_.calls_per_second, limits_.call_burst};
  }
  Size OpeningSize() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    return {limits_.openings_per_minute / 60, limits_.openings_per_minute};
  }
  Size ByteSize() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_) {
    return {limits_.bytes_per_second, 10 * limits_.bytes_per_second};
  }
  // The methods of the same names, without what it is within.
  absl::Status TakeOwnCall(QuotaKind kind) ABSL_LOCKS_EXCLUDED(mu_);
  absl::Status CheckOwnBytes() const ABSL_LOCKS_EXCLUDED(mu_);
  absl::Status TakeOwnStream(std::shared_ptr<const void>* lease)
      ABSL_LOCKS_EXCLUDED(mu_);
  absl::Status CheckOwnAge(absl::Duration age) const ABSL_LOCKS_EXCLUDED(mu_);

  // What is in `bucket` by now.
  Bucket Filled(const Bucket& bucket, Size size) const {
    const absl::Time now = now_();
    // Full at the beginning: what is infinitely long ago has filled it.
    const double since = absl::ToDoubleSeconds(now - bucket.filled);
    const double more = bucket.left + since * size.rate;
    return {.left = more < size.most ? more : size.most, .filled = now};
  }
  // Takes one out of `bucket`; how long to wait when there is none.
  absl::Duration TakeOne(Bucket& bucket, Size size)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Pause().
  absl::Duration Owed() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const SteadyTime now_;
  QuotaMetrics& metrics_;
  const std::shared_ptr<Allowance> within_;

  mutable Mutex mu_;
  QuotaLimits limits_ ABSL_GUARDED_BY(mu_);
  Bucket calls_ ABSL_GUARDED_BY(mu_);
  Bucket notices_ ABSL_GUARDED_BY(mu_);
  Bucket openings_ ABSL_GUARDED_BY(mu_);
  Bucket bytes_ ABSL_GUARDED_BY(mu_);
  // Counts the leases that hold it, and one for this object itself.
  const std::shared_ptr<const void> streams_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_RPC_ALLOWANCE_H_

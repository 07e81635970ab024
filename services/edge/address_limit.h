#ifndef COURANT_SERVICES_EDGE_ADDRESS_LIMIT_H_
#define COURANT_SERVICES_EDGE_ADDRESS_LIMIT_H_

#include <cstddef>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "storage/base/mutex.h"

namespace courant {

// How often something may happen from each address: a bucket for each, full at
// the beginning, which fills at a steady rate.
//
// Knows at most kMaxAddresses at a time; when there are more, those whose
// bucket is full are forgotten, and if none is, all. Thread-safe; blocks
// nothing. Times are such that nobody sets; see SteadyNow().
class AddressLimit {
 public:
  static constexpr size_t kMaxAddresses = 16384;

  // `per_minute` times on average, `burst` at once after a pause; both at least
  // 1, or both 0 for any number.
  AddressLimit(int per_minute, int burst)
      : per_second_(per_minute / 60.0), burst_(burst) {}

  // Other numbers from now on, of the same range. What was taken stays taken;
  // what has come back by now is reckoned anew, by them.
  void SetRate(int per_minute, int burst) ABSL_LOCKS_EXCLUDED(mu_);

  // It happens from `neighbours`; see RemoteAddress. False: the bucket was
  // empty, and nothing was taken.
  [[nodiscard]] bool Take(const std::string& neighbours, absl::Time now)
      ABSL_LOCKS_EXCLUDED(mu_);
  // Whether Take() would say false.
  bool IsSpent(const std::string& neighbours, absl::Time now) const
      ABSL_LOCKS_EXCLUDED(mu_);

 private:
  struct Bucket {
    double left = 0;
    absl::Time filled;
  };

  // What is in the bucket at `now`, at most the burst.
  double LeftIn(const Bucket& bucket, absl::Time now) const
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);
  // Makes room for one.
  void Forget(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  mutable Mutex mu_;
  double per_second_ ABSL_GUARDED_BY(mu_);
  double burst_ ABSL_GUARDED_BY(mu_);
  absl::flat_hash_map<std::string, Bucket> buckets_ ABSL_GUARDED_BY(mu_);
};

}  // namespace courant

#endif  // COURANT_SERVICES_EDGE_ADDRESS_LIMIT_H_

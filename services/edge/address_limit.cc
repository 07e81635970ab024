#include "services/edge/address_limit.h"

#include <algorithm>
#include <iterator>

namespace courant {

double AddressLimit::LeftIn(const Bucket& bucket, absl::Time now) const {
  const double since = absl::ToDoubleSeconds(now - bucket.filled);
  return std::min(burst_, bucket.left + since * per_second_);
}

void AddressLimit::SetRate(int per_minute, int burst) {
  MutexLock lock(mu_);
  per_second_ = per_minute / 60.0;
  burst_ = burst;
}

void AddressLimit::Forget(absl::Time now) {
  for (auto known = buckets_.begin(); known != buckets_.end();) {
    const auto next = std::next(known);
    if (LeftIn(known->second, now) >= burst_) buckets_.erase(known);
    known = next;
  }
  if (buckets_.size() >= kMaxAddresses) buckets_.clear();
}

bool AddressLimit::Take(const std::string& neighbours, absl::Time now) {
  MutexLock lock(mu_);
  if (burst_ == 0) return true;
  if (buckets_.size() >= kMaxAddresses && !buckets_.contains(neighbours)) {
    Forget(now);
  }
  const auto [known, is_new] =
      buckets_.try_emplace(neighbours, Bucket{burst_, now});
  Bucket& bucket = known->second;
  bucket = {LeftIn(bucket, now), now};
  if (bucket.left < 1) return false;
  bucket.left -= 1;
  return true;
}

bool AddressLimit::IsSpent(const std::string& neighbours,
                           absl::Time now) const {
  MutexLock lock(mu_);
  if (burst_ == 0) return false;
  const auto known = buckets_.find(neighbours);
  return known != buckets_.end() && LeftIn(known->second, now) < 1;
}

}  // namespace courant

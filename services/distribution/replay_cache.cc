#include "services/distribution/replay_cache.h"

namespace courant {

std::vector<SharedChangePtr> ReplayCache::Find(
    Sequence after, const storage::ReadLimits& limits) const {
  std::vector<SharedChangePtr> found;
  size_t bytes = 0;
  MutexLock lock(mu_);
  for (uint64_t sequence = after.value() + 1;
       limits.LeaveRoom(found.size(), bytes); ++sequence) {
    const auto it = changes_.find(sequence);
    if (it == changes_.end()) break;
    bytes += it->second->stored_bytes();
    found.push_back(it->second);
  }
  return found;
}

bool ReplayCache::Has(Sequence sequence) const {
  MutexLock lock(mu_);
  return changes_.contains(sequence.value());
}

ReplayCache::Version ReplayCache::version() const {
  MutexLock lock(mu_);
  return version_;
}

void ReplayCache::Add(const std::vector<SharedChangePtr>& changes,
                      Version version) {
  MutexLock lock(mu_);
  if (version != version_) return;
  for (const SharedChangePtr& change : changes) {
    const uint64_t sequence = change->entry().sequence().value();
    if (!changes_.emplace(sequence, change).second) continue;
    order_.push_back(sequence);
    bytes_ += change->size_bytes();
  }
  while (bytes_ > max_bytes_) {
    const uint64_t oldest = order_.front();
    order_.pop_front();
    Drop(oldest);
  }
}

void ReplayCache::Drop(uint64_t sequence) {
  const auto found = changes_.find(sequence);
  if (found == changes_.end()) return;
  bytes_ -= found->second->size_bytes();
  changes_.erase(found);
}

}  // namespace courant

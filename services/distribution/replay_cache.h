#ifndef COURANT_SERVICES_DISTRIBUTION_REPLAY_CACHE_H_
#define COURANT_SERVICES_DISTRIBUTION_REPLAY_CACHE_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "services/distribution/change_encoder.h"
#include "storage/base/ids.h"
#include "storage/base/mutex.h"
#include "storage/change_log.h"

namespace courant {

// Changes that were read from the log not long ago, with their encodings: what
// one stream that catches up has read, others that are as far find here. The
// oldest read goes first, so that these are windows that move along the log
// with those who read. Thread-safe.
class ReplayCache {
 public:
  // When something was looked up; see Add().
  using Version = uint64_t;

  explicit ReplayCache(size_t max_bytes) : max_bytes_(max_bytes) {}

  // The changes right behind `after` that are here, ascending and without a
  // gap; none when the first is not. Stops as ChangeLog::Read() does.
  std::vector<SharedChangePtr> Find(Sequence after,
                                    const storage::ReadLimits& limits) const
      ABSL_LOCKS_EXCLUDED(mu_);

  // Whether the change `sequence` is here: whoever asks for the one behind it
  // is reading along, and will want more.
  bool Has(Sequence sequence) const ABSL_LOCKS_EXCLUDED(mu_);

  // Ask before the log is read.
  Version version() const ABSL_LOCKS_EXCLUDED(mu_);

  // Takes in what was read from the log since `version` was asked for. Nothing
  // is taken in when something was erased meanwhile: the read may have come
  // before that, and what is erased must not stay in memory.
  void Add(const std::vector<SharedChangePtr>& changes, Version version)
      ABSL_LOCKS_EXCLUDED(mu_);

  // Drops the changes of these sequences, whose articles were taken away. Call
  // it when they are gone from the log.
  template <typename Sequences>
  void Erase(const Sequences& sequences) ABSL_LOCKS_EXCLUDED(mu_) {
    MutexLock lock(mu_);
    ++version_;
    for (const uint64_t sequence : sequences) Drop(sequence);
  }

 private:
  void Drop(uint64_t sequence) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mu_);

  const size_t max_bytes_;

  mutable Mutex mu_;
  Version version_ ABSL_GUARDED_BY(mu_) = 0;
  absl::flat_hash_map<uint64_t, SharedChangePtr> changes_ ABSL_GUARDED_BY(mu_);
  // Sequences as they came; some may be dropped already.
  std::deque<uint64_t> order_ ABSL_GUARDED_BY(mu_);
  size_t bytes_ ABSL_GUARDED_BY(mu_) = 0;
};

}  // namespace courant

#endif  // COURANT_SERVICES_DISTRIBUTION_REPLAY_CACHE_H_

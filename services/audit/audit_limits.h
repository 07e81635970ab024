#ifndef COURANT_SERVICES_AUDIT_AUDIT_LIMITS_H_
#define COURANT_SERVICES_AUDIT_AUDIT_LIMITS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "storage/base/mutex.h"

namespace courant {

// How much of what strangers and partners do is written down, so that nobody
// can fill the disk with it: of each source so many records at once, and then a
// steady trickle. What is left out is counted, and the count is written: who
// reads the log sees that there was more, and the metrics say of what kind.
// Thread-safe; blocks nothing.
class AuditLimits {
 public:
  struct Rate {
    // So many at once after a pause.
    double burst;
    // And a second, on average.
    double per_second;
  };

  // Records of one source that were left out.
  struct LeftOut {
    // As it was given to Admit().
    std::string source;
    int64_t count;
  };

  // Whether a record of `source` may be written at `now`. There should be few
  // sources: each is remembered.
  bool Admit(absl::string_view source, Rate rate, absl::Time now)
      ABSL_LOCKS_EXCLUDED(mu_);

  // What was left out since the last call, by source.
  std::vector<LeftOut> TakeLeftOut() ABSL_LOCKS_EXCLUDED(mu_);

 private:
  // A bucket that fills at a steady rate.
  struct Source {
    // Records that it may have now.
    double left = 0;
    // Up to when that is reckoned.
    absl::Time filled = absl::InfinitePast();
    // Records that it wanted and did not get, since that was last asked.
    int64_t left_out = 0;
  };

  Mutex mu_;
  absl::flat_hash_map<std::string, Source> sources_ ABSL_GUARDED_BY(mu_);
};

}  // namespace courant

#endif  // COURANT_SERVICES_AUDIT_AUDIT_LIMITS_H_

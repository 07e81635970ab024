#ifndef COURANT_SERVICES_CLI_BACKOFF_H_
#define COURANT_SERVICES_CLI_BACKOFF_H_

#include <random>

#include "absl/time/time.h"

namespace courant {

// How long to wait before the next try: twice as long each time, up to a
// limit, and never quite the same for two clients, so that those that lost a
// server together do not come back together. Not thread-safe.
class Backoff {
 public:
  // `first` and `limit` are waits before jitter, which adds or takes up to a
  // quarter. Both must be positive.
  Backoff(absl::Duration first, absl::Duration limit);

  // The next wait: in [0.75, 1.25) of the nominal one, at most `limit`.
  absl::Duration Next();

  // Begins again with `first`, after a success.
  void Reset() { nominal_ = first_; }

 private:
  const absl::Duration first_;
  const absl::Duration limit_;
  absl::Duration nominal_;
  std::minstd_rand random_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_BACKOFF_H_

#include "services/cli/backoff.h"

#include <algorithm>

namespace courant {

Backoff::Backoff(absl::Duration first, absl::Duration limit)
    : first_(first),
      limit_(limit),
      nominal_(first),
      random_(std::random_device()()) {}

absl::Duration Backoff::Next() {
  std::uniform_real_distribution<double> jitter(0.75, 1.25);
  const absl::Duration wait = nominal_ * jitter(random_);
  nominal_ = std::min(nominal_ * 2, limit_);
  return std::min(wait, limit_);
}

}  // namespace courant

#include "storage/base/clock.h"

#include <chrono>

namespace courant {

// Not absl::Now(), which counts cycles in between and smooths what the system's
// clock does: for two seconds after somebody has set that back by one, it would
// still call due what is not.
absl::Time SystemClock::Now() const {
  return absl::FromChrono(std::chrono::system_clock::now());
}

}  // namespace courant

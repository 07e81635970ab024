#include "storage/base/clock.h"

#include "absl/time/clock.h"

namespace courant {

absl::Time SystemClock::Now() const { return absl::Now(); }

}  // namespace courant

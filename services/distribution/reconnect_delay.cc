#include "services/distribution/reconnect_delay.h"

#include <cstdint>

#include "absl/random/random.h"

namespace courant {

google::protobuf::Duration ReconnectDelay() {
  constexpr int32_t kWithinMs = 5000;
  absl::BitGen random;
  const auto delay_ms = absl::Uniform<int32_t>(random, 0, kWithinMs);
  google::protobuf::Duration delay;
  delay.set_seconds(delay_ms / 1000);
  delay.set_nanos(delay_ms % 1000 * 1'000'000);
  return delay;
}

}  // namespace courant

#include "services/cli/request_id.h"

#include <cstdint>
#include <random>

#include "absl/strings/str_format.h"

namespace courant {

std::string NewRequestId() {
  std::random_device device;
  std::uniform_int_distribution<uint64_t> bits;
  // Version 4 and variant 1, at the places that RFC 4122 gives them.
  const uint64_t high = (bits(device) & ~0xf000ull) | 0x4000ull;
  const uint64_t low = (bits(device) & ~(3ull << 62)) | (2ull << 62);
  return absl::StrFormat("%08x-%04x-%04x-%04x-%012x", high >> 32,
                         (high >> 16) & 0xffff, high & 0xffff, low >> 48,
                         low & 0xffffffffffff);
}

}  // namespace courant

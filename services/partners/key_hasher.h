#ifndef COURANT_SERVICES_PARTNERS_KEY_HASHER_H_
#define COURANT_SERVICES_PARTNERS_KEY_HASHER_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"

namespace courant {

// What stands at rest in the place of the secret of a key:
//
//   HMAC-SHA-256(pepper, id + "_" + secret)
//
// A secret has 256 random bits, so that no slow hash is needed; the pepper is
// kept apart from the data, so that who reads a backup can neither check a
// guess nor make a key that is accepted. Thread-safe.
class KeyHasher {
 public:
  // As many as the hash has: more would add nothing.
  static constexpr size_t kPepperBytes = 32;
  static constexpr size_t kHashBytes = 32;

  // `pepper` has kPepperBytes.
  explicit KeyHasher(std::string pepper) : pepper_(std::move(pepper)) {}
  // Overwrites the pepper.
  ~KeyHasher();

  KeyHasher(const KeyHasher&) = delete;
  KeyHasher& operator=(const KeyHasher&) = delete;

  // kHashBytes. Takes about 1 us.
  std::string HashOf(absl::string_view id, absl::string_view secret) const;

  // Whether two hashes are the same, in a time that does not tell where they
  // differ. Both have kHashBytes.
  static bool IsSame(absl::string_view one, absl::string_view other);

  // How many hashes were made: that every refusal costs the same is tested.
  uint64_t made() const { return made_.load(std::memory_order_relaxed); }

 private:
  std::string pepper_;
  mutable std::atomic<uint64_t> made_{0};
};

}  // namespace courant

#endif  // COURANT_SERVICES_PARTNERS_KEY_HASHER_H_

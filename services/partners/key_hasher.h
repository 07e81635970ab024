#ifndef COURANT_SERVICES_PARTNERS_KEY_HASHER_H_
#define COURANT_SERVICES_PARTNERS_KEY_HASHER_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
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

// The pepper in the file `path`. When there is none, makes one, of random bytes
// and for the owner alone, if `may_make` says so. Blocks on the disk.
//   INVALID_ARGUMENT     it cannot be read or made, has another size, or others
//                        than its owner may read it; says what to do
//   FAILED_PRECONDITION  there is none, and none may be made
absl::StatusOr<std::string> LoadPepper(const std::string& path, bool may_make);

}  // namespace courant

#endif  // COURANT_SERVICES_PARTNERS_KEY_HASHER_H_

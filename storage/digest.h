#ifndef COURANT_STORAGE_DIGEST_H_
#define COURANT_STORAGE_DIGEST_H_

#include <array>
#include <string>

#include "absl/strings/string_view.h"

namespace courant::storage {

// The chain digest at a position of the log: it depends on every change up to
// there, so two logs with the same digest have the same history. Position 0 has
// the digest of 16 zero bytes.
class ChainDigest {
 public:
  static constexpr size_t kSize = 16;

  // The digest at position 0.
  ChainDigest() = default;

  // `bytes` must have kSize bytes; otherwise the digest is that of position 0.
  static ChainDigest FromBytes(absl::string_view bytes);

  // The digest after a change with these facts, as stored: the first 16 bytes
  // of SHA-256(this digest + facts).
  ChainDigest Extend(absl::string_view facts) const;

  absl::string_view bytes() const { return {bytes_.data(), bytes_.size()}; }
  std::string ToHex() const;

  friend bool operator==(const ChainDigest&, const ChainDigest&) = default;

 private:
  std::array<char, kSize> bytes_ = {};
};

// SHA-256 of `data`, 32 bytes, not hex. Of an article: of its encoded bytes as
// stored, since no two encodings need be equal.
std::string Sha256(absl::string_view data);

// `size` bytes from the system's random source, fit for keys and for ids that
// nobody may guess. Ends the program if there is none: nothing could be done
// without.
std::string RandomBytes(size_t size);

}  // namespace courant::storage

#endif  // COURANT_STORAGE_DIGEST_H_

#ifndef COURANT_SERVICES_DISTRIBUTION_SNAPSHOT_DIGEST_H_
#define COURANT_SERVICES_DISTRIBUTION_SNAPSHOT_DIGEST_H_

#include <array>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace courant {

// Counts articles and says which revisions they are, in whatever order they
// come: SnapshotComplete.resource_count and digest, whose comment is the
// contract. The same article added twice is gone again, so a client can take
// out what it drops. Tells what was lost by accident; it is no proof against
// somebody who forges articles. Not thread-safe.
class SnapshotDigest {
 public:
  static constexpr size_t kBytes = 16;

  // `name` is `articles/{article}`; `revision` is that of the article held.
  void Add(absl::string_view name, int64_t revision);

  int64_t count() const { return count_; }
  // kBytes bytes.
  std::string bytes() const { return std::string(sum_.begin(), sum_.end()); }

 private:
  int64_t count_ = 0;
  std::array<char, kBytes> sum_ = {};
};

}  // namespace courant

#endif  // COURANT_SERVICES_DISTRIBUTION_SNAPSHOT_DIGEST_H_

#include "services/distribution/snapshot_digest.h"

#include "absl/strings/str_cat.h"
#include "storage/digest.h"

namespace courant {

void SnapshotDigest::Add(absl::string_view name, int64_t revision) {
  const std::string hash = storage::Sha256(absl::StrCat(name, "@", revision));
  for (size_t i = 0; i < kBytes; ++i) {
    sum_[i] = static_cast<char>(sum_[i] ^ hash[i]);
  }
  ++count_;
}

}  // namespace courant

#include "storage/state_batch.h"

#include <cstdlib>
#include <utility>

namespace courant::storage {
namespace {

// Adding to a batch in memory fails only when the batch is larger than 4 GiB;
// requests are limited long before.
void Check(const rocksdb::Status& status) {
  if (!status.ok()) std::abort();
}

}  // namespace

void StateBatch::Put(Family family, absl::string_view key, std::string value) {
  PutBlind(family, key, value);
  staged_[static_cast<size_t>(family)][std::string(key)] = std::move(value);
}

void StateBatch::PutBlind(Family family, absl::string_view key,
                          absl::string_view value) {
  Check(batch_.Put(database_.handle(family), ToSlice(key), ToSlice(value)));
}

void StateBatch::DeleteBlind(Family family, absl::string_view key) {
  Check(batch_.Delete(database_.handle(family), ToSlice(key)));
}

const std::string* StateBatch::Find(Family family,
                                    absl::string_view key) const {
  const auto& staged = staged_[static_cast<size_t>(family)];
  const auto found = staged.find(key);
  return found == staged.end() ? nullptr : &found->second;
}

void StateBatch::ForEach(
    Family family, absl::FunctionRef<void(absl::string_view key)> use) const {
  for (const auto& [key, value] : staged_[static_cast<size_t>(family)]) {
    use(key);
  }
}

}  // namespace courant::storage

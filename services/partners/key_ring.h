#ifndef COURANT_SERVICES_PARTNERS_KEY_RING_H_
#define COURANT_SERVICES_PARTNERS_KEY_RING_H_

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/rpc/authenticator.h"
#include "storage/applier.h"
#include "storage/base/mutex.h"
#include "storage/database.h"

namespace courant {

// All keys that are not revoked, in memory, so that finding out who calls
// neither blocks nor takes longer for one kind of wrong key than for another.
// Follows the log: once a revocation was answered, its key is not here.
// Thread-safe.
class KeyRing final : public storage::ChangeListener {
 public:
  // What there is to know of one, without its secret, which nobody here has.
  struct Key {
    // Who it is that shows it.
    Principal principal;
    // What its secret comes to; see key_hasher.h.
    std::string credential;
    // What `principal.revoked` is.
    std::shared_ptr<std::atomic<bool>> revoked;
  };

  // Reads all keys that `database` has. It must not change before the ring
  // listens. Blocks on the disk.
  //   DATA_LOSS  one is damaged
  static absl::StatusOr<std::unique_ptr<KeyRing>> Load(
      const storage::Database& database);

  // The key with this id; nothing when there is none.
  std::optional<Key> Find(absl::string_view id) const ABSL_LOCKS_EXCLUDED(mu_);

  // How many there are that are accepted at `time`, if the rest is right.
  size_t LiveAt(absl::Time time) const ABSL_LOCKS_EXCLUDED(mu_);

  // Takes in keys that were made, and drops those that were revoked.
  void OnApplied(const std::vector<storage::SharedEntry>& changes) override
      ABSL_LOCKS_EXCLUDED(mu_);

 private:
  // Takes what a change left of a key, whose row has `credential`.
  void Take(const v1::ApiKey& key, const std::string& credential)
      ABSL_LOCKS_EXCLUDED(mu_);
  // Forgets the key called `name`, and ends what goes on by it.
  void Drop(absl::string_view name) ABSL_LOCKS_EXCLUDED(mu_);

  mutable Mutex mu_;
  // By {key}, which no two partners share: it is drawn from 2^62.
  absl::flat_hash_map<std::string, Key> keys_ ABSL_GUARDED_BY(mu_);
};

}  // namespace courant

#endif  // COURANT_SERVICES_PARTNERS_KEY_RING_H_

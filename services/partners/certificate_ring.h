#ifndef COURANT_SERVICES_PARTNERS_CERTIFICATE_RING_H_
#define COURANT_SERVICES_PARTNERS_CERTIFICATE_RING_H_

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

// Which partner is called by which name in a certificate: what partners list as
// `certificate_sans`, in memory. A name says nothing by itself, however it is
// made up: it is good for the partner that lists it, as long as that lasts.
// Follows the log: once it was answered that a name is off the list, it is not
// here. Thread-safe.
class CertificateRing final : public storage::ChangeListener {
 public:
  // Reads all partners that `database` has. It must not change before the ring
  // listens. Blocks on the disk.
  //   DATA_LOSS  one is damaged
  static absl::StatusOr<std::unique_ptr<CertificateRing>> Load(
      const storage::Database& database);

  // The partner that lists one of `names`, compared byte by byte, with all
  // scopes and no key; nothing when none does.
  //   UNAUTHENTICATED / CREDENTIALS_REFUSED  two do: it is of neither then
  absl::StatusOr<std::optional<Principal>> Find(
      const std::vector<absl::string_view>& names) const
      ABSL_LOCKS_EXCLUDED(mu_);

  // Takes in what partners list from now on, and ends what goes on by what they
  // do not list any more.
  void OnApplied(const std::vector<storage::SharedEntry>& changes) override
      ABSL_LOCKS_EXCLUDED(mu_);

 private:
  // A name that is listed.
  struct Listed {
    std::string partner;
    // Becomes true when it is listed no more.
    std::shared_ptr<std::atomic<bool>> revoked;
  };

  // Takes `names` for all that the partner lists.
  void Take(const std::string& partner, std::vector<std::string> names)
      ABSL_LOCKS_EXCLUDED(mu_);

  mutable Mutex mu_;
  // By name, and the names by partner.
  absl::flat_hash_map<std::string, Listed> listed_ ABSL_GUARDED_BY(mu_);
  absl::flat_hash_map<std::string, std::vector<std::string>> names_
      ABSL_GUARDED_BY(mu_);
};

}  // namespace courant

#endif  // COURANT_SERVICES_PARTNERS_CERTIFICATE_RING_H_

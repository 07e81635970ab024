#ifndef COURANT_SERVICES_PARTNERS_PARTNER_RINGS_H_
#define COURANT_SERVICES_PARTNERS_PARTNER_RINGS_H_

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "services/partners/certificate_ring.h"
#include "services/partners/key_ring.h"
#include "storage/applier.h"
#include "storage/base/status_macros.h"
#include "storage/database.h"

namespace courant {

// All by which partners may show who they are, as a server has it in memory:
// their keys, and the names in certificates that stand for them. Both follow
// the log from where they were loaded, so they are loaded before anything is
// written and told of every change from then on. As thread-safe as they are.
struct PartnerRings {
  // Reads all keys and all partners that `database` has. It must not change
  // before both listen. Blocks on the disk.
  //   DATA_LOSS  what is stored of one is damaged
  static absl::StatusOr<PartnerRings> Load(const storage::Database& database) {
    PartnerRings rings;
    COURANT_ASSIGN_OR_RETURN(rings.keys, KeyRing::Load(database));
    COURANT_ASSIGN_OR_RETURN(rings.certificates,
                             CertificateRing::Load(database));
    return rings;
  }

  // Who has to be told of changes before anybody is answered: both, so that
  // from the answer to a revocation on nobody gets in by it; and `other`.
  std::vector<storage::ChangeListener*> ListenersAnd(
      storage::ChangeListener* other) const {
    return {keys.get(), certificates.get(), other};
  }

  // Never null once loaded. At one address for as long as they are listened
  // with, wherever this object is moved to.
  std::unique_ptr<KeyRing> keys;
  std::unique_ptr<CertificateRing> certificates;
};

}  // namespace courant

#endif  // COURANT_SERVICES_PARTNERS_PARTNER_RINGS_H_

#ifndef COURANT_SERVICES_PARTNERS_ALL_PARTNERS_H_
#define COURANT_SERVICES_PARTNERS_ALL_PARTNERS_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "courant/v1/partner.pb.h"
#include "services/partners/stored_rights.h"
#include "storage/base/status_macros.h"
#include "storage/partner_store.h"

namespace courant {

// Calls `use(const v1::Partner&)`, which returns a status, for each partner of
// `store` by name, until one is not OK, and returns that. Reads one after the
// other; blocks on the disk.
//   DATA_LOSS / DATA_CORRUPTED  one cannot be read
template <typename Use>
absl::Status ForEachPartner(const storage::PartnerStore& store, Use use) {
  // Names read at a time.
  constexpr size_t kPage = 1000;
  std::string last;
  for (std::vector<std::string> names(kPage); names.size() == kPage;) {
    COURANT_ASSIGN_OR_RETURN(
        names, store.Names(storage::v1::PARTNER, "partners/", last, kPage));
    if (!names.empty()) last = names.back();
    for (const std::string& name : names) {
      COURANT_ASSIGN_OR_RETURN(const auto partner,
                               ReadStored<v1::Partner>(store, name));
      if (!partner) return DamagedRights(name);
      COURANT_RETURN_IF_ERROR(use(*partner));
    }
  }
  return absl::OkStatus();
}

}  // namespace courant

#endif  // COURANT_SERVICES_PARTNERS_ALL_PARTNERS_H_

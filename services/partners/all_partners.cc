#include "services/partners/all_partners.h"

#include <cstddef>
#include <string>
#include <vector>

#include "services/partners/stored_rights.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

// Names read at a time.
constexpr size_t kPage = 1000;

}  // namespace

absl::Status ForEachPartner(
    const storage::PartnerStore& store,
    absl::FunctionRef<absl::Status(const v1::Partner&)> use) {
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

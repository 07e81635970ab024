#ifndef COURANT_SERVICES_PARTNERS_STORED_RIGHTS_H_
#define COURANT_SERVICES_PARTNERS_STORED_RIGHTS_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "storage/base/ids.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"
#include "storage/partner_store.h"

// Reads what is stored of partners, their rights and their keys, for calls and
// decisions alike: through the view of whoever reads, so that all that one
// reads is of one moment. `Record` is one of the five that rights_kind.h knows.
// Use from one thread, as the store.
namespace courant {

// DATA_LOSS / DATA_CORRUPTED: what is stored of `name` cannot be read.
inline absl::Status DamagedRights(absl::string_view name) {
  return MakeError(v1::DATA_CORRUPTED, absl::StrCat(name, " is damaged"));
}

// What is called `name`, as the change `at` and those before it left it;
// nothing when it was not there yet. What has a row has a revision, too: as of
// now, nothing is for such a name as much of a damage as what cannot be read,
// and the caller says so.
//   DATA_LOSS / DATA_CORRUPTED  it cannot be read
//   other errors                of PartnerStore
template <typename Record>
absl::StatusOr<std::optional<Record>> ReadStored(
    const storage::PartnerStore& store, const std::string& name,
    Sequence at = storage::PartnerStore::kNewest) {
  COURANT_ASSIGN_OR_RETURN(const std::optional<std::string> bytes,
                           store.ReadAt(name, at));
  if (!bytes) return std::nullopt;
  Record record;
  if (!record.ParseFromString(*bytes)) return DamagedRights(name);
  return record;
}

}  // namespace courant

#endif  // COURANT_SERVICES_PARTNERS_STORED_RIGHTS_H_

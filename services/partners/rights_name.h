#ifndef COURANT_SERVICES_PARTNERS_RIGHTS_NAME_H_
#define COURANT_SERVICES_PARTNERS_RIGHTS_NAME_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

// Names of partners, contracts, grants, products and keys: what is chosen in
// them is an id, but for the id of a key, which the server draws. Pure and
// thread-safe.
// Every error is INVALID_ARGUMENT / FIELD_REQUIRED or FIELD_INVALID naming
// `field`.
namespace courant {

// Checks that `name` has the form of `pattern`, e.g. "products/{product}": the
// same words, and in place of each part in braces an id of 1 to 64 characters
// of
// `[a-z0-9-]`, first a letter or digit.
absl::Status CheckRightsName(absl::string_view name, absl::string_view pattern,
                             absl::string_view field);

// Checks such an id by itself.
absl::Status CheckRightsId(absl::string_view id, absl::string_view field);

// The partner of a contract, grant or key with this name: `partners/{partner}`.
absl::string_view PartnerOf(absl::string_view name);

// The contract of a grant with this name.
absl::string_view ContractOf(absl::string_view name);

}  // namespace courant

#endif  // COURANT_SERVICES_PARTNERS_RIGHTS_NAME_H_

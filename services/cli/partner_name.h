#ifndef COURANT_SERVICES_CLI_PARTNER_NAME_H_
#define COURANT_SERVICES_CLI_PARTNER_NAME_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

// Names of partners, contracts, grants and products as people write them.
// Thread-safe.
namespace courant {

// What a name is of.
enum class RightsNameKind { kPartner, kContract, kGrant, kProduct };

struct RightsName {
  RightsNameKind kind;
  std::string name;  // in full
  // `name` without its last two parts; empty for a partner and a product.
  std::string parent;
  // The last part.
  std::string id;
};

// Reads
//
//   daily                                          a partner
//   daily/2026                                     a contract
//   daily/2026/sport                               a grant
//   products/sport                                 a product
//
// or any of these in full. A usage error for anything else. Whether the server
// takes the parts is not looked at.
absl::StatusOr<RightsName> ReadRightsName(absl::string_view text);

// The shortest form that ReadRightsName() takes back. Cleaned for a terminal.
std::string ShortRightsName(absl::string_view name);

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_PARTNER_NAME_H_

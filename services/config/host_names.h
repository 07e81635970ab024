#ifndef COURANT_SERVICES_CONFIG_HOST_NAMES_H_
#define COURANT_SERVICES_CONFIG_HOST_NAMES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace courant {

// The names in `text`, the value of `ops.hosts`: with commas between, spaces
// around them are left out, and none for a text of spaces. Pure, thread-safe.
//   INVALID_ARGUMENT  one is not 1 to 253 letters, digits, hyphens, low lines
//                     and dots; says which, and what would be right
absl::StatusOr<std::vector<std::string>> ParseHostNames(absl::string_view text);

}  // namespace courant

#endif  // COURANT_SERVICES_CONFIG_HOST_NAMES_H_

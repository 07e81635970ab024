#ifndef COURANT_SERVICES_PARTNERS_TERRITORY_RULES_H_
#define COURANT_SERVICES_PARTNERS_TERRITORY_RULES_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace courant {

// Countries that rules are about. A country that is no more stays in what was
// stored: only what somebody writes is checked here.

// Checks that `code` is one of ISO 3166-1 alpha-2, in capital letters, as ICU
// knows them: INVALID_ARGUMENT / FIELD_INVALID naming `field`, with what was
// probably meant. Empty is an error. Thread-safe.
absl::Status CheckTerritory(absl::string_view code, absl::string_view field);

}  // namespace courant

#endif  // COURANT_SERVICES_PARTNERS_TERRITORY_RULES_H_

#ifndef COURANT_SERVICES_CLI_CERTIFICATE_TEXT_H_
#define COURANT_SERVICES_CLI_CERTIFICATE_TEXT_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace courant {

// The SHA-256 fingerprint of the first certificate in `pem`, as openssl writes
// it: "A1:B2:...", 32 pairs. INVALID_ARGUMENT when there is none. Thread-safe.
absl::StatusOr<std::string> CertificateFingerprint(absl::string_view pem);

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_CERTIFICATE_TEXT_H_

#ifndef COURANT_SERVICES_CLI_CHANGE_START_H_
#define COURANT_SERVICES_CLI_CHANGE_START_H_

#include <cstdint>
#include <string>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "courant/v1/change_service.pb.h"

namespace courant {

// Where to begin to read changes: a start point, after a sequence, or where
// the holder of a token stopped.
using ChangeStart = std::variant<v1::StartFrom, int64_t, std::string>;

// Reads the value of --from: "earliest", "latest", "snapshot", a decimal
// sequence (the changes after it, so 0 is all) or a token. Thread-safe.
//
// Errors:
// * a usage error for an empty text.
absl::StatusOr<ChangeStart> ReadChangeStart(absl::string_view text);

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_CHANGE_START_H_

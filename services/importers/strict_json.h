#ifndef COURANT_SERVICES_IMPORTERS_STRICT_JSON_H_
#define COURANT_SERVICES_IMPORTERS_STRICT_JSON_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace courant::importers {

// Deepest nesting of objects and arrays that is read.
inline constexpr int kMaxJsonDepth = 64;

// Checks that `text` is one JSON object by RFC 8259, nothing around it but
// white space, UTF-8 without lone surrogates, no deeper than kMaxJsonDepth, and
// without an object that has a key twice. Protobuf's own parser takes a lot
// more than that and keeps the last of two equal keys, so that two readers of
// one line could see two articles. Returns the keys of the object, in order.
//
// Errors, without metadata; the message is a clause that says what is wrong:
// * kInvalidArgument.
//
// Thread-safe; uses memory in proportion to the keys of `text`.
absl::StatusOr<std::vector<std::string>> CheckStrictJson(
    absl::string_view text);

}  // namespace courant::importers

#endif  // COURANT_SERVICES_IMPORTERS_STRICT_JSON_H_

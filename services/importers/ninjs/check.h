#ifndef COURANT_SERVICES_IMPORTERS_NINJS_CHECK_H_
#define COURANT_SERVICES_IMPORTERS_NINJS_CHECK_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/importers/json/json_value.h"
#include "services/importers/ninjs/shape.h"

namespace courant::importers::ninjs {

// Which generation an item is of: as `standard.version` says, else as
// `$schema` or `standard.schema` does, else as its keys are spelled; 3.x when
// it has none that are spelled differently. Thread-safe.
//
// Errors:
// * INVALID_ARGUMENT / FIELD_INVALID: a version that is neither 2.x nor 3.x.
absl::StatusOr<Version> VersionOf(const JsonValue& item);

// Checks an item against shape.h, and what a JSON Schema leaves open: that
// texts have no control characters, that languages are BCP 47 tags, that only
// a body is longer than 64 KiB. Gives each member the name that 3.x has for it,
// so that nobody behind this need know the version. Thread-compatible.
//
// `lenient` lets properties stand that there are none of. They have no name.
//
// Errors name up to ten places, each with its line and JSON path, and say what
// would be right. Metadata: `line` and `field`, of the first:
// * INVALID_ARGUMENT / FIELD_INVALID, FIELD_REQUIRED, FIELD_TOO_LONG.
// * INVALID_ARGUMENT / MALFORMED_REQUEST: an unknown property is the first.
absl::Status CheckItem(Version version, bool lenient, JsonValue& item);

}  // namespace courant::importers::ninjs

#endif  // COURANT_SERVICES_IMPORTERS_NINJS_CHECK_H_

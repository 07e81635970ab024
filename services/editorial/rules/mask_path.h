#ifndef COURANT_SERVICES_EDITORIAL_RULES_MASK_PATH_H_
#define COURANT_SERVICES_EDITORIAL_RULES_MASK_PATH_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace courant {

// Checks that `path`, one of the paths of an update mask, names a field of an
// article that a client may set: "headline", "rights.usage_terms". A path may
// lead through messages, but not into lists, maps and times, which are taken
// over whole. `*` is not a path here. Pure and thread-safe.
//
// Returns INVALID_ARGUMENT / FIELD_MASK_INVALID, metadata `path`, with a
// BadRequest for `field` that says what was probably meant.
absl::Status CheckMaskPath(absl::string_view path, absl::string_view field);

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_RULES_MASK_PATH_H_

#ifndef COURANT_SERVICES_DISTRIBUTION_CHANGE_NAME_H_
#define COURANT_SERVICES_DISTRIBUTION_CHANGE_NAME_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "storage/base/ids.h"

namespace courant {

// {sequence} of `changes/{sequence}`, at least 1; `field` is the request field
// that `name` came in.
//   INVALID_ARGUMENT / FIELD_INVALID  it is no such name
absl::StatusOr<Sequence> ParseChangeName(absl::string_view name,
                                         absl::string_view field);

// `changes/{sequence}`.
std::string ChangeName(Sequence sequence);

}  // namespace courant

#endif  // COURANT_SERVICES_DISTRIBUTION_CHANGE_NAME_H_

#ifndef COURANT_SERVICES_RPC_PAGE_SIZE_H_
#define COURANT_SERVICES_RPC_PAGE_SIZE_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/statusor.h"

namespace courant {

// How many elements a page of a list has at most, when `page_size` was asked
// for: 50 for 0, and never more than 500. Pure and thread-safe.
//   INVALID_ARGUMENT / FIELD_INVALID  it is negative; names `page_size`
absl::StatusOr<size_t> PageSizeOf(int32_t page_size);

}  // namespace courant

#endif  // COURANT_SERVICES_RPC_PAGE_SIZE_H_

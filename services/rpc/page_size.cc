#include "services/rpc/page_size.h"

#include <algorithm>

#include "storage/errors/reason.h"

namespace courant {
namespace {

constexpr int32_t kDefaultPageSize = 50;
constexpr int32_t kMaxPageSize = 500;

}  // namespace

absl::StatusOr<size_t> PageSizeOf(int32_t page_size) {
  if (page_size < 0) {
    return InvalidField("page_size", "is negative; use 1 to 500");
  }
  return static_cast<size_t>(
      page_size == 0 ? kDefaultPageSize : std::min(page_size, kMaxPageSize));
}

}  // namespace courant

#include "services/entitlement/territory.h"

#include "absl/strings/ascii.h"

namespace courant {

std::optional<Territory> Territory::Parse(absl::string_view code) {
  if (code.size() != 2 || !absl::ascii_isupper(code[0]) ||
      !absl::ascii_isupper(code[1])) {
    return std::nullopt;
  }
  return Territory(static_cast<size_t>(code[0] - 'A') * 26 +
                   static_cast<size_t>(code[1] - 'A'));
}

}  // namespace courant

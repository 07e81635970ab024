#include "tests/history/history.h"

namespace courant::history {

uint32_t Names::Id(absl::string_view text) {
  if (text.empty()) return 0;
  const auto [it, is_new] =
      ids_.try_emplace(std::string(text), static_cast<uint32_t>(texts_.size()));
  if (is_new) texts_.emplace_back(text);
  return it->second;
}

std::optional<uint32_t> Names::Find(absl::string_view text) const {
  if (text.empty()) return 0;
  const auto found = ids_.find(std::string(text));
  if (found == ids_.end()) return std::nullopt;
  return found->second;
}

}  // namespace courant::history

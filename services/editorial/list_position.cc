#include "services/editorial/list_position.h"

#include <cstdint>

#include "absl/strings/str_cat.h"

namespace courant {

std::string EncodePosition(const storage::ArticleIndexPosition& position) {
  return absl::StrCat(
      storage::EncodeNumber(static_cast<uint64_t>(position.list_time_us)),
      position.article_id);
}

std::optional<storage::ArticleIndexPosition> DecodePosition(
    absl::string_view key) {
  if (key.size() < 9) return std::nullopt;
  const std::optional<uint64_t> time = storage::DecodeNumber(key.substr(0, 8));
  return storage::ArticleIndexPosition{static_cast<int64_t>(*time),
                                       std::string(key.substr(8))};
}

}  // namespace courant

#include "services/editorial/article_id.h"

#include <cstdint>

#include "storage/digest.h"

namespace courant {
namespace {

// Crockford's base 32 in lower case: no i, l, o, u to misread.
constexpr char kDigits[] = "0123456789abcdefghjkmnpqrstvwxyz";
constexpr int kTimeDigits = 9;  // 2^45 ms, until the year 3084
constexpr int kRandomDigits = 8;

}  // namespace

std::string NewArticleId(absl::Time now) {
  std::string id(kTimeDigits, '0');
  auto millis = static_cast<uint64_t>(absl::ToUnixMillis(now));
  for (int i = kTimeDigits - 1; i >= 0; --i, millis >>= 5) {
    id[i] = kDigits[millis & 31];
  }
  for (const char byte : storage::RandomBytes(kRandomDigits)) {
    id.push_back(kDigits[byte & 31]);
  }
  return id;
}

}  // namespace courant

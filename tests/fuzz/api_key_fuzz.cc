#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>

#include "services/partners/api_key.h"

// What is read as a key is exactly what would be written for it, and has the
// form that everything behind relies on; of ids drawn from any bytes, too.
namespace courant {
namespace {

void Check(bool promise) {
  if (!promise) std::abort();
}

}  // namespace
}  // namespace courant

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view input(reinterpret_cast<const char*>(data), size);
  if (const auto key = courant::ParseApiKey(input)) {
    courant::Check(key->id.size() == courant::kApiKeyIdChars);
    courant::Check(key->secret.size() == courant::kApiKeySecretChars);
    courant::Check(courant::FormatApiKey(*key) == input);
  }
  if (const auto id = courant::ApiKeyIdFrom(input)) {
    courant::Check(id->size() == courant::kApiKeyIdChars);
    // Whatever a checksum cannot be guessed to be: the second half of a parser
    // is reached with a right one.
    const std::string made = courant::FormatApiKey(
        {"test", *id, std::string(courant::kApiKeySecretChars - 1, 'A') + "A"});
    courant::Check(courant::ParseApiKey(made).has_value());
  }
  return 0;
}

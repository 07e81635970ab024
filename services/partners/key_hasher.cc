#include "services/partners/key_hasher.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cstdlib>

#include "absl/strings/str_cat.h"

namespace courant {
KeyHasher::~KeyHasher() { OPENSSL_cleanse(pepper_.data(), pepper_.size()); }

std::string KeyHasher::HashOf(absl::string_view id,
                              absl::string_view secret) const {
  made_.fetch_add(1, std::memory_order_relaxed);
  std::string message = absl::StrCat(id, "_", secret);
  std::string hash(kHashBytes, '\0');
  unsigned int size = 0;
  // Fails only without memory; a hash that is none must not be compared.
  if (HMAC(EVP_sha256(), pepper_.data(), static_cast<int>(pepper_.size()),
           reinterpret_cast<const unsigned char*>(message.data()),
           message.size(), reinterpret_cast<unsigned char*>(hash.data()),
           &size) == nullptr ||
      size != kHashBytes) {
    std::abort();
  }
  OPENSSL_cleanse(message.data(), message.size());
  return hash;
}

bool KeyHasher::IsSame(absl::string_view one, absl::string_view other) {
  return one.size() == kHashBytes && other.size() == kHashBytes &&
         CRYPTO_memcmp(one.data(), other.data(), kHashBytes) == 0;
}

}  // namespace courant

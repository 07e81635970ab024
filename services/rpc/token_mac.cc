#include "services/rpc/token_mac.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "storage/base/base64url.h"

namespace courant {
namespace {

constexpr size_t kMacBytes = 16;
constexpr size_t kSha256Bytes = 32;

const unsigned char* Bytes(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

// Payload and MAC of `token`; nothing if it is too long, too short or no
// base64url.
std::optional<std::string> BytesOf(absl::string_view token) {
  if (token.size() > kMaxTokenChars) return std::nullopt;
  std::optional<std::string> bytes = Base64UrlDecode(token);
  if (bytes && bytes->size() < kMacBytes) return std::nullopt;
  return bytes;
}

// All of `bytes` but the MAC.
absl::string_view PayloadIn(absl::string_view bytes) {
  bytes.remove_suffix(kMacBytes);
  return bytes;
}

}  // namespace

void TokenKey::Free::operator()(evp_mac_ctx_st* context) const {
  EVP_MAC_CTX_free(context);
}

absl::StatusOr<TokenKey> TokenKey::FromSecret(absl::string_view secret) {
  if (secret.size() != kSecretBytes) {
    return absl::InvalidArgumentError(absl::StrCat(
        "the token secret has ", secret.size(), " bytes, not ", kSecretBytes));
  }
  EVP_MAC* const hmac = EVP_MAC_fetch(nullptr, OSSL_MAC_NAME_HMAC, nullptr);
  // The context holds the algorithm from here on.
  Context context(hmac == nullptr ? nullptr : EVP_MAC_CTX_new(hmac));
  EVP_MAC_free(hmac);
  char digest[] = OSSL_DIGEST_NAME_SHA2_256;
  const OSSL_PARAM params[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_end()};
  if (context == nullptr ||
      EVP_MAC_init(context.get(), Bytes(secret), secret.size(), params) != 1) {
    return absl::InternalError("OpenSSL has no HMAC-SHA-256");
  }
  return TokenKey(std::move(context));
}

TokenKey::Mac TokenKey::MacOf(TokenPurpose purpose,
                              absl::string_view payload) const {
  const Context context(EVP_MAC_CTX_dup(keyed_.get()));
  const auto tag = static_cast<unsigned char>(purpose);
  std::array<unsigned char, kSha256Bytes> full;
  size_t size = 0;
  // Fails only without memory. A token without a MAC must not leave.
  if (context == nullptr || EVP_MAC_update(context.get(), &tag, 1) != 1 ||
      EVP_MAC_update(context.get(), Bytes(payload), payload.size()) != 1 ||
      EVP_MAC_final(context.get(), full.data(), &size, full.size()) != 1 ||
      size != full.size()) {
    std::abort();
  }
  Mac mac;
  std::copy_n(full.begin(), mac.size(), mac.begin());
  return mac;
}

std::string TokenKey::Seal(TokenPurpose purpose,
                           absl::string_view payload) const {
  const Mac mac = MacOf(purpose, payload);
  return Base64UrlEncode(
      absl::StrCat(payload, absl::string_view(mac.data(), mac.size())));
}

std::optional<std::string> TokenKey::Open(TokenPurpose purpose,
                                          absl::string_view token) const {
  const std::optional<std::string> bytes = BytesOf(token);
  if (!bytes) return std::nullopt;
  const absl::string_view payload = PayloadIn(*bytes);
  const Mac mac = MacOf(purpose, payload);
  if (CRYPTO_memcmp(mac.data(), payload.end(), mac.size()) != 0) {
    return std::nullopt;
  }
  return std::string(payload);
}

std::optional<std::string> UntrustedPayload(absl::string_view token) {
  const std::optional<std::string> bytes = BytesOf(token);
  if (!bytes) return std::nullopt;
  return std::string(PayloadIn(*bytes));
}

void AppendUint64(uint64_t number, std::string* payload) {
  for (int shift = 56; shift >= 0; shift -= 8) {
    payload->push_back(static_cast<char>(number >> shift));
  }
}

uint64_t Uint64At(absl::string_view payload) {
  uint64_t number = 0;
  for (const char c : payload.substr(0, sizeof(number))) {
    number = number << 8 | static_cast<unsigned char>(c);
  }
  return number;
}

}  // namespace courant

#ifndef COURANT_SERVICES_RPC_TOKEN_MAC_H_
#define COURANT_SERVICES_RPC_TOKEN_MAC_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

// OpenSSL's type, so that no other file needs its headers.
struct evp_mac_ctx_st;

namespace courant {

// What a token is for: a token made for one purpose is no token for another.
// The numbers are part of the format.
enum class TokenPurpose : uint8_t {
  kResume = 1,  // a position in the change log
  kPage = 2,    // a position in a list
};

// Longest text that is taken for a token, in characters. More than any of ours
// has; a client that sends more makes no work.
inline constexpr size_t kMaxTokenChars = 1024;

// The secret that makes tokens ours. A token is text that a client keeps and
// gives back; nothing in it is secret, but only who has the key can make one.
//
//   token = base64url(payload + mac)
//   mac   = first 16 bytes of HMAC-SHA-256(key, purpose + payload)
//
// with `purpose` as one byte. Immutable, hence thread-safe. The secret is kept
// nowhere but in OpenSSL's memory, which is overwritten when the object goes.
class TokenKey {
 public:
  // Bytes in the secret.
  static constexpr size_t kSecretBytes = 32;

  // INVALID_ARGUMENT unless `secret` has kSecretBytes. The caller still has
  // its copy.
  static absl::StatusOr<TokenKey> FromSecret(absl::string_view secret);

  // Returns the token for `payload`. Takes about 1 us.
  std::string Seal(TokenPurpose purpose, absl::string_view payload) const;

  // Returns the payload of a token that Seal() made with this key for
  // `purpose`; nothing for any other text. Tells nobody by its timing how much
  // of a forged token was right.
  std::optional<std::string> Open(TokenPurpose purpose,
                                  absl::string_view token) const;

 private:
  struct Free {
    void operator()(evp_mac_ctx_st* context) const;
  };
  using Context = std::unique_ptr<evp_mac_ctx_st, Free>;
  using Mac = std::array<char, 16>;

  explicit TokenKey(Context keyed) : keyed_(std::move(keyed)) {}

  Mac MacOf(TokenPurpose purpose, absl::string_view payload) const;

  // Has taken in the key and nothing else. Copied for each token: half the
  // time of setting up a new one.
  Context keyed_;
};

// The payload bytes of a token that cannot be trusted, to say why it was
// refused; nothing if it is no token at all.
std::optional<std::string> UntrustedPayload(absl::string_view token);

// Numbers in payloads: 8 bytes, big-endian, as in the keys of the store.
void AppendUint64(uint64_t number, std::string* payload);

// The number in the first 8 bytes of `payload`, which there must be.
uint64_t Uint64At(absl::string_view payload);

}  // namespace courant

#endif  // COURANT_SERVICES_RPC_TOKEN_MAC_H_

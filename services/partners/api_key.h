#ifndef COURANT_SERVICES_PARTNERS_API_KEY_H_
#define COURANT_SERVICES_PARTNERS_API_KEY_H_

#include <cstddef>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"

// The text of a key, as a partner keeps and sends it:
//
//   cour_live_k3f9q0m1x7zr_4mJx...43 characters...Qk_0aB3xZ
//   |    |    |            |                          |
//   |    |    id           secret, base64url          CRC-32, base 62
//   |    environment
//   always
//
// The prefix lets scanners of code and mail find one that leaked; the checksum,
// over all before it, tells a slip of the pen from a guess, and guards nothing.
// Pure and thread-safe.
namespace courant {

// What a key is made of.
struct ApiKeyText {
  // 1 to 16 of `a` to `z` and `0` to `9`.
  std::string environment;
  // kApiKeyIdChars of `a` to `z` and `0` to `9`: what it is known by.
  std::string id;
  // kApiKeySecretChars: 32 bytes in base64url.
  std::string secret;

  friend bool operator==(const ApiKeyText&, const ApiKeyText&) = default;
};

// Of 36 letters: 62 bits, so that two that are drawn are never the same.
inline constexpr size_t kApiKeyIdChars = 12;
inline constexpr size_t kApiKeySecretChars = 43;

// Writes it out. `key` has the form that ApiKeyText says.
std::string FormatApiKey(const ApiKeyText& key);

// Reads exactly what FormatApiKey() writes; nothing for any other text.
std::optional<ApiKeyText> ParseApiKey(absl::string_view text);

// Makes an id of `random`, of which each byte is drawn evenly; nothing when it
// is used up before the id is whole. No id comes up more often than another.
std::optional<std::string> ApiKeyIdFrom(absl::string_view random);

}  // namespace courant

#endif  // COURANT_SERVICES_PARTNERS_API_KEY_H_

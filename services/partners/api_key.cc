#include "services/partners/api_key.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "storage/base/base64url.h"

namespace courant {
namespace {

constexpr absl::string_view kPrefix = "cour_";
constexpr absl::string_view kIdAlphabet =
    "abcdefghijklmnopqrstuvwxyz0123456789";
constexpr absl::string_view kChecksumAlphabet =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
constexpr size_t kChecksumChars = 6;
constexpr size_t kMaxEnvironmentChars = 16;
constexpr size_t kSecretBytes = 32;
// Everything but the environment: the prefix, and from the "_" behind the
// environment to the end.
constexpr size_t kRestChars =
    1 + kApiKeyIdChars + 1 + kApiKeySecretChars + 1 + kChecksumChars;

// CRC-32 of IEEE 802.3, bit by bit: a key has 80 bytes, and nothing that is
// linked here offers it.
uint32_t Crc32(absl::string_view bytes) {
  uint32_t crc = ~uint32_t{0};
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc >> 1) ^ ((crc & 1) != 0 ? uint32_t{0xedb88320} : 0);
    }
  }
  return ~crc;
}

std::string ChecksumOf(absl::string_view text) {
  std::string checksum(kChecksumChars, '0');
  uint32_t rest = Crc32(text);
  for (auto digit = checksum.rbegin(); digit != checksum.rend(); ++digit) {
    *digit = kChecksumAlphabet[rest % kChecksumAlphabet.size()];
    rest /= kChecksumAlphabet.size();
  }
  return checksum;
}

bool IsLowerAlnum(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c);
  });
}

}  // namespace

std::string FormatApiKey(const ApiKeyText& key) {
  const std::string text =
      absl::StrCat(kPrefix, key.environment, "_", key.id, "_", key.secret, "_");
  return absl::StrCat(text, ChecksumOf(text));
}

std::optional<ApiKeyText> ParseApiKey(absl::string_view text) {
  // By lengths: the alphabet of the secret has the "_", too.
  if (text.size() <= kPrefix.size() + kRestChars ||
      text.size() > kPrefix.size() + kMaxEnvironmentChars + kRestChars) {
    return std::nullopt;
  }
  const size_t environment_end = text.size() - kRestChars;
  ApiKeyText key{
      .environment = std::string(
          text.substr(kPrefix.size(), environment_end - kPrefix.size())),
      .id = std::string(text.substr(environment_end + 1, kApiKeyIdChars)),
      .secret = std::string(text.substr(environment_end + kApiKeyIdChars + 2,
                                        kApiKeySecretChars))};
  if (!IsLowerAlnum(key.environment) || !IsLowerAlnum(key.id)) {
    return std::nullopt;
  }
  const std::optional<std::string> secret = Base64UrlDecode(key.secret);
  if (!secret || secret->size() != kSecretBytes) return std::nullopt;
  if (FormatApiKey(key) != text) return std::nullopt;
  return key;
}

std::optional<std::string> ApiKeyIdFrom(absl::string_view random) {
  // Above, a byte would favour the letters that come first.
  constexpr size_t kFair = 256 / kIdAlphabet.size() * kIdAlphabet.size();
  std::string id;
  for (const char c : random) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= kFair) continue;
    id.push_back(kIdAlphabet[byte % kIdAlphabet.size()]);
    if (id.size() == kApiKeyIdChars) return id;
  }
  return std::nullopt;
}

}  // namespace courant

#include "services/partners/key_authenticator.h"

#include <iterator>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "services/partners/api_key.h"

namespace courant {
namespace {

// In the order of the enum.
constexpr const char* kReasons[] = {"missing",     "repeated", "malformed",
                                    "environment", "unknown",  "secret",
                                    "expired"};

constexpr absl::string_view kScheme = "Bearer ";

// The one key that was sent; nothing for anything else. The scheme is written
// in any case (RFC 9110); between it and the key is one space.
std::optional<ApiKeyText> KeyIn(
    const std::vector<absl::string_view>& authorization) {
  if (authorization.size() != 1 ||
      !absl::StartsWithIgnoreCase(authorization[0], kScheme)) {
    return std::nullopt;
  }
  return ParseApiKey(authorization[0].substr(kScheme.size()));
}

}  // namespace

KeyAuthenticator::KeyAuthenticator(const KeyRing& ring, const KeyHasher& hasher,
                                   std::string environment, const Clock& clock,
                                   prometheus::Registry& registry)
    : ring_(ring),
      hasher_(hasher),
      environment_(std::move(environment)),
      clock_(clock) {
  static_assert(std::size(kReasons) == kRefusals);
  auto& family = prometheus::BuildCounter()
                     .Name("courant_auth_refused_total")
                     .Help("Calls refused because of their credentials.")
                     .Register(registry);
  for (size_t i = 0; i < refused_.size(); ++i) {
    refused_[i] = &family.Add({{"reason", kReasons[i]}});
  }
}

absl::StatusOr<Principal> KeyAuthenticator::Authenticate(
    const std::vector<absl::string_view>& authorization,
    RefusedLogin* refused) {
  const std::optional<ApiKeyText> sent = KeyIn(authorization);
  // What is no key takes the way of one that nobody has.
  const ApiKeyText text =
      sent.value_or(ApiKeyText{environment_, std::string(kApiKeyIdChars, '-'),
                               std::string(kApiKeySecretChars, '-')});
  const std::optional<KeyRing::Key> key = ring_.Find(text.id);
  const std::string hash = hasher_.HashOf(text.id, text.secret);
  // Nothing hashes to that.
  const std::string nobodys(KeyHasher::kHashBytes, '\0');
  const bool is_right =
      KeyHasher::IsSame(hash, key ? key->credential : nobodys);
  const auto refuse = [&](Refusal why) {
    refused_[why]->Increment();
    refused->why = kReasons[why];
    if (sent) refused->key = key ? key->principal.key : sent->id;
    return CredentialsRefused();
  };
  if (authorization.empty()) return refuse(kMissing);
  if (authorization.size() > 1) return refuse(kRepeated);
  if (!sent) return refuse(kMalformed);
  if (text.environment != environment_) return refuse(kEnvironment);
  if (!key) return refuse(kUnknown);
  if (!is_right) return refuse(kSecret);
  if (!key->principal.IsLive(clock_.Now())) return refuse(kExpired);
  return key->principal;
}

}  // namespace courant

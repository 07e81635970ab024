#include "services/partners/partner_authenticator.h"

#include <optional>
#include <utility>

namespace courant {
namespace {

// Why a call is refused, when it is no fault of the key.
constexpr char kCertificate[] = "certificate";

}  // namespace

PartnerAuthenticator::PartnerAuthenticator(const KeyRing& keys,
                                           const KeyHasher& hasher,
                                           const CertificateRing& certificates,
                                           std::string environment,
                                           const Clock& clock,
                                           prometheus::Registry& registry)
    : keys_(keys, hasher, std::move(environment), clock, registry),
      certificates_(certificates),
      mismatched_(prometheus::BuildCounter()
                      .Name("courant_auth_refused_total")
                      .Help("Calls refused because of their credentials.")
                      .Register(registry)
                      .Add({{"reason", kCertificate}})) {}

absl::StatusOr<Principal> PartnerAuthenticator::Authenticate(
    const Credentials& shown, RefusedLogin* refused) {
  const auto refuse = [&] {
    mismatched_.Increment();
    refused->why = kCertificate;
    return CredentialsRefused();
  };
  const auto certified = certificates_.Find(shown.certificate_names);
  if (!certified.ok()) return refuse();
  if (*certified && shown.authorization.empty()) return **certified;
  absl::StatusOr<Principal> principal =
      keys_.Authenticate(shown.authorization, refused);
  if (principal.ok() && *certified &&
      (*certified)->partner != principal->partner) {
    refused->key = principal->key;
    return refuse();
  }
  return principal;
}

}  // namespace courant

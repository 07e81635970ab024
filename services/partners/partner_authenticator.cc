#include "services/partners/partner_authenticator.h"

#include <optional>
#include <utility>

namespace courant {

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
                      .Add({{"reason", "certificate"}})) {}

absl::StatusOr<Principal> PartnerAuthenticator::Authenticate(
    const Credentials& shown) {
  const auto refuse = [this] {
    mismatched_.Increment();
    return CredentialsRefused();
  };
  const auto certified = certificates_.Find(shown.certificate_names);
  if (!certified.ok()) return refuse();
  if (*certified && shown.authorization.empty()) return **certified;
  absl::StatusOr<Principal> principal = keys_.Authenticate(shown.authorization);
  if (principal.ok() && *certified &&
      (*certified)->partner != principal->partner) {
    return refuse();
  }
  return principal;
}

}  // namespace courant

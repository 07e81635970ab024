#ifndef COURANT_SERVICES_PARTNERS_PARTNER_AUTHENTICATOR_H_
#define COURANT_SERVICES_PARTNERS_PARTNER_AUTHENTICATOR_H_

#include <string>

#include "prometheus/counter.h"
#include "prometheus/registry.h"
#include "services/partners/certificate_ring.h"
#include "services/partners/key_authenticator.h"
#include "services/rpc/authenticator.h"

namespace courant {

// Tells partners by what they show, a key, a certificate or both:
//
// * by a key alone, or with a certificate that no partner lists, as
//   KeyAuthenticator says;
// * by a certificate that a partner lists, without a key: that partner, with
//   all scopes;
// * by both: what the key is good for, if both are of one partner. If not, one
//   of them is not where it belongs, and the call is refused; so it is with a
//   certificate that two partners list.
//
// All refusals look the same. Those that are no fault of the key are counted as
//
//   courant_auth_refused_total{reason="certificate"}
//
// Thread-safe.
class PartnerAuthenticator final : public Authenticator {
 public:
  // Nothing is owned; all must outlive the object. `environment` is what keys
  // have to be of.
  PartnerAuthenticator(const KeyRing& keys, const KeyHasher& hasher,
                       const CertificateRing& certificates,
                       std::string environment, const Clock& clock,
                       prometheus::Registry& registry);

  absl::StatusOr<Principal> Authenticate(const Credentials& shown,
                                         RefusedLogin* refused) override;

 private:
  KeyAuthenticator keys_;
  const CertificateRing& certificates_;
  // Of the registry.
  prometheus::Counter& mismatched_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_PARTNERS_PARTNER_AUTHENTICATOR_H_

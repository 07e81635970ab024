#ifndef COURANT_SERVICES_PARTNERS_KEY_AUTHENTICATOR_H_
#define COURANT_SERVICES_PARTNERS_KEY_AUTHENTICATOR_H_

#include <array>
#include <string>
#include <vector>

#include "prometheus/counter.h"
#include "prometheus/registry.h"
#include "services/partners/key_hasher.h"
#include "services/partners/key_ring.h"
#include "services/rpc/authenticator.h"
#include "storage/base/clock.h"

namespace courant {

// Tells partners by their keys: one `authorization: Bearer KEY`, with one space
// between and nothing around. Whatever is sent, one hash is made and one pair
// of hashes compared, also for what is no key at all, so that neither the
// answer nor its time tells what was wrong. Why is counted for operators alone:
//
//   courant_auth_refused_total{reason="missing" and so on}
//
// A verdict is not kept: a key that is revoked is refused by the next call.
// Thread-safe.
class KeyAuthenticator {
 public:
  // Nothing is owned; all must outlive the object. `environment` is what keys
  // have to be of.
  KeyAuthenticator(const KeyRing& ring, const KeyHasher& hasher,
                   std::string environment, const Clock& clock,
                   prometheus::Registry& registry);

  // Who sent `authorization`: all values of that metadata, in their order. When
  // it is refused, `*refused` says why.
  // Takes some microseconds, most of it for the hash; does not block.
  //   UNAUTHENTICATED / CREDENTIALS_REFUSED  always the same, whatever is wrong
  absl::StatusOr<Principal> Authenticate(
      const std::vector<absl::string_view>& authorization,
      RefusedLogin* refused);

 private:
  // Why, for the counter and the audit log. Never told to who called.
  enum Refusal {
    kMissing,      // nothing was sent
    kRepeated,     // more than one thing was
    kMalformed,    // it is no key
    kEnvironment,  // it is of another environment
    kUnknown,      // there is no such key, or no more
    kSecret,       // it has another secret
    kExpired,      // it was one
    kRefusals,
  };

  // Who has which key, and what its secret comes to.
  const KeyRing& ring_;
  const KeyHasher& hasher_;
  const std::string environment_;
  const Clock& clock_;
  // Of the registry.
  std::array<prometheus::Counter*, kRefusals> refused_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_PARTNERS_KEY_AUTHENTICATOR_H_

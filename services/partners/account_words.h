#ifndef COURANT_SERVICES_PARTNERS_ACCOUNT_WORDS_H_
#define COURANT_SERVICES_PARTNERS_ACCOUNT_WORDS_H_

#include "absl/time/time.h"
#include "courant/v1/account_service.pb.h"

namespace courant {

// `grant` as its partner is told of it, with what it depends on, as of `now`:
//
//   May use "Sport" (section="sport") on WEB, PRINT, in ko, in KR, from
//   2026-01-01T00:00:00Z, of the last 30 days.
//
// Nothing of who made it or why it is suspended, and no terms. Pure and
// thread-safe.
v1::Entitlement EntitlementOf(const v1::Contract& contract,
                              const v1::Grant& grant,
                              const v1::Product& product, absl::Time now);

}  // namespace courant

#endif  // COURANT_SERVICES_PARTNERS_ACCOUNT_WORDS_H_

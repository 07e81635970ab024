#ifndef COURANT_SERVICES_PARTNERS_RIGHTS_RULES_H_
#define COURANT_SERVICES_PARTNERS_RIGHTS_RULES_H_

#include "absl/status/status.h"
#include "courant/v1/partner.pb.h"

// What partners, contracts, grants and products may be, by themselves. Each
// function checks what somebody can set and brings it into the form that is
// stored: language tags and filters in canonical form, unset enums as what they
// are read as. Doing it twice is doing it once. Thread-safe.
//
// Errors are INVALID_ARGUMENT and name the path from the request, which begins
// with the kind, e.g. "grant.uses[1]":
//   FIELD_REQUIRED, FIELD_INVALID, FIELD_TOO_LONG, INVALID_UTF8
//   FILTER_INVALID, FILTER_TOO_LONG    of a product
namespace courant {

// A name for people, contacts that say where, a time zone that there is.
absl::Status SettleRights(v1::Partner* partner);
// A name for people, an end that is not before the beginning, countries that
// there are.
absl::Status SettleRights(v1::Contract* contract);
// Uses unless it blocks all, languages and countries that there are. Whether
// there is such a product is not looked at.
absl::Status SettleRights(v1::Grant* grant);
// A name for people, and a filter for changes.
absl::Status SettleRights(v1::Product* product);
// A name for people, scopes that there are: all of them when none is named.
// That it does not expire before it is made is not looked at.
absl::Status SettleRights(v1::ApiKey* key);

}  // namespace courant

#endif  // COURANT_SERVICES_PARTNERS_RIGHTS_RULES_H_

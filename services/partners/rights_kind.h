#ifndef COURANT_SERVICES_PARTNERS_RIGHTS_KIND_H_
#define COURANT_SERVICES_PARTNERS_RIGHTS_KIND_H_

#include "courant/storage/v1/record.pb.h"
#include "courant/v1/partner.pb.h"
#include "services/rpc/page_token.h"

// What distinguishes partners, contracts, grants, products and keys for whoever
// does the same with all of them: `RightsKind<v1::Grant>::kPattern` and so on.
//
//   kResource  what it is to the store
//   kList      which list its page tokens are of
//   kPattern   its name, with the parts that somebody chose in braces; what
//              CheckRightsName() takes
//   kField     the field of requests that has it, which is also the word before
//              its id in names, less an "s", and where paths in errors begin
//
// Another kind would need these, its rules in rights_rules.h, a place in
// NamedResource (storage/entry_builder.h), and its calls in
// partner_service.cc.
namespace courant {

// Of nothing else.
template <typename Record>
struct RightsKind;

// Who takes from the wire.
template <>
struct RightsKind<v1::Partner> {
  static constexpr storage::v1::Resource kResource = storage::v1::PARTNER;
  static constexpr PagedList kList = PagedList::kPartners;
  static constexpr char kPattern[] = "partners/{partner}";
  static constexpr char kField[] = "partner";
};

// What was agreed with one.
template <>
struct RightsKind<v1::Contract> {
  static constexpr storage::v1::Resource kResource = storage::v1::CONTRACT;
  static constexpr PagedList kList = PagedList::kContracts;
  static constexpr char kPattern[] = "partners/{partner}/contracts/{contract}";
  static constexpr char kField[] = "contract";
};

// What it allows, or forbids.
template <>
struct RightsKind<v1::Grant> {
  static constexpr storage::v1::Resource kResource = storage::v1::GRANT;
  static constexpr PagedList kList = PagedList::kGrants;
  static constexpr char kPattern[] =
      "partners/{partner}/contracts/{contract}/grants/{grant}";
  static constexpr char kField[] = "grant";
};

// Of which articles.
template <>
struct RightsKind<v1::Product> {
  static constexpr storage::v1::Resource kResource = storage::v1::PRODUCT;
  static constexpr PagedList kList = PagedList::kProducts;
  static constexpr char kPattern[] = "products/{product}";
  static constexpr char kField[] = "product";
};

// What one shows to prove who it is.
template <>
struct RightsKind<v1::ApiKey> {
  static constexpr storage::v1::Resource kResource = storage::v1::API_KEY;
  static constexpr PagedList kList = PagedList::kApiKeys;
  static constexpr char kPattern[] = "partners/{partner}/keys/{key}";
  static constexpr char kField[] = "key";
};

}  // namespace courant

#endif  // COURANT_SERVICES_PARTNERS_RIGHTS_KIND_H_

#include "services/partners/partner_reads.h"

#include <xxhash.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/editorial/article_errors.h"
#include "services/partners/rights_kind.h"
#include "services/partners/rights_name.h"
#include "services/rpc/page_size.h"
#include "services/rpc/page_token.h"
#include "services/rpc/wire_format.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"
#include "storage/partner_store.h"

namespace courant {
namespace {

using storage::PartnerStore;

// A page ends before it is larger: clients take 4 MiB, unless told otherwise. A
// record has much less.
constexpr size_t kMaxListBytes = 3 << 20;

// Of every response of a list.
constexpr int kRecords = 1;
constexpr int kNextPageToken = 2;

// What the names of `kind` begin with that `parent` has: a partner, or
// `partners/-` for all.
absl::StatusOr<std::string> PrefixOf(const std::string& parent,
                                     absl::string_view kind) {
  if (parent == "partners/-") return "partners/";
  COURANT_RETURN_IF_ERROR(
      CheckRightsName(parent, RightsKind<v1::Partner>::kPattern, "parent"));
  return absl::StrCat(parent, "/", kind, "/");
}

}  // namespace

template <typename Record, typename Request>
absl::StatusOr<std::string> PartnerReads::Get(const RequestContext& /*context*/,
                                              const Request& request) {
  COURANT_RETURN_IF_ERROR(
      CheckRightsName(request.name(), RightsKind<Record>::kPattern, "name"));
  const storage::View view(database_);
  COURANT_ASSIGN_OR_RETURN(std::optional<std::string> bytes,
                           PartnerStore(view).ReadAt(request.name()));
  if (!bytes) return ResourceNotFound(request.name());
  return *std::move(bytes);
}

template <typename Record, typename Response>
absl::StatusOr<std::string> PartnerReads::List(const Page& page) {
  static_assert(Response::kNextPageTokenFieldNumber == kNextPageToken);
  COURANT_ASSIGN_OR_RETURN(const size_t size, PageSizeOf(page.size));
  const uint64_t scope = XXH3_64bits(page.prefix.data(), page.prefix.size());
  // Tokens have the end of the name alone: the whole may be too long for one.
  std::string after;
  if (!page.token.empty()) {
    COURANT_ASSIGN_OR_RETURN(
        const std::string last,
        OpenPageToken(key_, RightsKind<Record>::kList, scope, page.token));
    after = absl::StrCat(page.prefix, last);
  }
  const auto snapshot = database_.TakeSnapshot();
  const storage::View view(database_, snapshot.get());
  const PartnerStore store(view);
  // One more, to know whether there is a next page.
  COURANT_ASSIGN_OR_RETURN(
      std::vector<std::string> names,
      store.Names(RightsKind<Record>::kResource, page.prefix, after, size + 1));
  std::string response;
  size_t listed = 0;
  for (; listed < std::min(names.size(), size); ++listed) {
    const std::string& name = names[listed];
    COURANT_ASSIGN_OR_RETURN(const std::optional<std::string> bytes,
                             store.ReadAt(name));
    if (!bytes) {
      return MakeError(v1::DATA_CORRUPTED,
                       absl::StrCat(name, " has a row and no revision"));
    }
    if (listed > 0 && response.size() + bytes->size() > kMaxListBytes) break;
    AppendBytesField(&response, kRecords, *bytes);
  }
  if (listed < names.size()) {
    AppendBytesField(
        &response, kNextPageToken,
        MintPageToken(
            key_, {.list = RightsKind<Record>::kList,
                   .scope = scope,
                   .last_key = names[listed - 1].substr(page.prefix.size())}));
  }
  return response;
}

absl::StatusOr<std::string> PartnerReads::ListPartners(
    const RequestContext& /*context*/, const v1::ListPartnersRequest& request) {
  return List<v1::Partner, v1::ListPartnersResponse>(
      {"partners/", request.page_size(), request.page_token()});
}

absl::StatusOr<std::string> PartnerReads::ListContracts(
    const RequestContext& /*context*/,
    const v1::ListContractsRequest& request) {
  COURANT_ASSIGN_OR_RETURN(std::string prefix,
                           PrefixOf(request.parent(), "contracts"));
  return List<v1::Contract, v1::ListContractsResponse>(
      {std::move(prefix), request.page_size(), request.page_token()});
}

absl::StatusOr<std::string> PartnerReads::ListGrants(
    const RequestContext& /*context*/, const v1::ListGrantsRequest& request) {
  constexpr absl::string_view kOfAll = "/contracts/-";
  std::string prefix;
  if (absl::EndsWith(request.parent(), kOfAll)) {
    const std::string partner(PartnerOf(request.parent()));
    COURANT_RETURN_IF_ERROR(
        CheckRightsName(partner, RightsKind<v1::Partner>::kPattern, "parent"));
    prefix = absl::StrCat(partner, "/contracts/");
    if (request.parent().size() != partner.size() + kOfAll.size()) {
      return InvalidField("parent", "must be partners/{partner}/contracts/-");
    }
  } else {
    COURANT_RETURN_IF_ERROR(CheckRightsName(
        request.parent(), RightsKind<v1::Contract>::kPattern, "parent"));
    prefix = absl::StrCat(request.parent(), "/grants/");
  }
  return List<v1::Grant, v1::ListGrantsResponse>(
      {std::move(prefix), request.page_size(), request.page_token()});
}

absl::StatusOr<std::string> PartnerReads::ListProducts(
    const RequestContext& /*context*/, const v1::ListProductsRequest& request) {
  return List<v1::Product, v1::ListProductsResponse>(
      {"products/", request.page_size(), request.page_token()});
}

absl::StatusOr<std::string> PartnerReads::ListApiKeys(
    const RequestContext& /*context*/, const v1::ListApiKeysRequest& request) {
  COURANT_ASSIGN_OR_RETURN(std::string prefix,
                           PrefixOf(request.parent(), "keys"));
  return List<v1::ApiKey, v1::ListApiKeysResponse>(
      {std::move(prefix), request.page_size(), request.page_token()});
}

template absl::StatusOr<std::string> PartnerReads::Get<v1::Partner>(
    const RequestContext&, const v1::GetPartnerRequest&);
template absl::StatusOr<std::string> PartnerReads::Get<v1::Contract>(
    const RequestContext&, const v1::GetContractRequest&);
template absl::StatusOr<std::string> PartnerReads::Get<v1::Grant>(
    const RequestContext&, const v1::GetGrantRequest&);
template absl::StatusOr<std::string> PartnerReads::Get<v1::Product>(
    const RequestContext&, const v1::GetProductRequest&);

}  // namespace courant

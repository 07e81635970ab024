#ifndef COURANT_SERVICES_PARTNERS_PARTNER_READS_H_
#define COURANT_SERVICES_PARTNERS_PARTNER_READS_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "courant/v1/partner_service.pb.h"
#include "services/rpc/request_context.h"
#include "services/rpc/token_mac.h"
#include "storage/database.h"

namespace courant {

// The methods of PartnerService that give what there is; ExplainAccess is in
// access_reads.h. They block on the disk; see partner_service.proto for the
// contract of each. Thread-safe.
class PartnerReads {
 public:
  // Nothing is owned; all must outlive the object. `key` seals page tokens,
  // which are good for the list that they are of alone.
  PartnerReads(const storage::Database& database, const TokenKey& key)
      : database_(database), key_(key) {}

  // The stored bytes of what `request` names, one of `Record`, as of now: two
  // lookups, and nothing is decoded.
  template <typename Record, typename Request>
  absl::StatusOr<std::string> Get(const RequestContext& context,
                                  const Request& request);

  // An encoded page, of one moment. A token names the last of its page, so that
  // what is made between two pages moves nothing. Reads each that it gives.
  //   INVALID_ARGUMENT / FIELD_INVALID       the parent, or the size
  //   INVALID_ARGUMENT / PAGE_TOKEN_INVALID
  absl::StatusOr<std::string> ListPartners(
      const RequestContext& context, const v1::ListPartnersRequest& request);
  // Of a partner, or of all of them.
  absl::StatusOr<std::string> ListContracts(
      const RequestContext& context, const v1::ListContractsRequest& request);
  // Of a contract, or of all contracts of a partner.
  absl::StatusOr<std::string> ListGrants(const RequestContext& context,
                                         const v1::ListGrantsRequest& request);
  absl::StatusOr<std::string> ListProducts(
      const RequestContext& context, const v1::ListProductsRequest& request);
  // Of a partner, or of all of them; also those that are live no more. What is
  // stored in their place of secrets is in no record, so it cannot be in a
  // page.
  absl::StatusOr<std::string> ListApiKeys(
      const RequestContext& context, const v1::ListApiKeysRequest& request);

 private:
  // What one page of `Record` is made from: names that begin with `prefix`, of
  // the kind that Record is, whatever else is under it.
  struct Page {
    std::string prefix;  // of all names in the list
    int32_t size = 0;    // as asked for
    const std::string& token;
  };
  // `Response` has the records in its first field and the token in its second,
  // as every one of these does: it is put together from stored bytes.
  template <typename Record, typename Response>
  absl::StatusOr<std::string> List(const Page& page);

  const storage::Database& database_;
  const TokenKey& key_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_PARTNERS_PARTNER_READS_H_

#ifndef COURANT_SERVICES_RPC_PAGE_TOKEN_H_
#define COURANT_SERVICES_RPC_PAGE_TOKEN_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/rpc/token_mac.h"

namespace courant {

// Where a list goes on: the token in `page_token` and `next_page_token`. It
// holds the key of the last element delivered, not a number of elements, so
// that what comes and goes between two pages moves nothing.
//
//   payload = 1 byte    version, 1
//             1 byte    list
//             8 bytes   scope
//             0 to 200  last key
//
// sealed as token_mac.h says. Lists of changes take resume tokens instead.

// Which list. The numbers are part of the format.
enum class PagedList : uint8_t {
  kArticles = 1,       // ArticleService.ListArticles
  kRevisions = 2,      // ArticleService.ListArticleRevisions
  kTranslations = 3,   // TranslationService.ListTranslations
  kSubscriptions = 4,  // SubscriptionService.ListSubscriptions
  kParkedChanges = 5,  // ... ListParkedChanges, ReplayParkedChanges
  kPartners = 6,       // PartnerService.ListPartners
  kContracts = 7,      // ... ListContracts
  kGrants = 8,         // ... ListGrants
  kProducts = 9,       // ... ListProducts
  kApiKeys = 10,       // ... ListApiKeys
  kDeliveries = 11,    // ... ListDeliveries, and of AccountService
  kNotices = 12,       // ... ListNotices, and of AccountService
  kExposures = 13,     // ... ListExposures
};

// Longest last key, in bytes.
inline constexpr size_t kMaxLastKeyBytes = 200;

// What a page token says.
struct PageToken {
  PagedList list;
  // What else the pages have in common: the fingerprint of the filter, or of
  // the name of the parent.
  uint64_t scope;
  // Key of the last element of the page, in whatever form the list has.
  std::string last_key;
};

// Returns the token. `last_key` has at most kMaxLastKeyBytes.
std::string MintPageToken(const TokenKey& key, const PageToken& token);

// Returns the last key of `text`, a token that MintPageToken() made with this
// key, for `list` and `scope`.
//
// Errors, naming the request field `page_token`:
//   PAGE_TOKEN_INVALID  damaged, forged, of another server, list or scope
absl::StatusOr<std::string> OpenPageToken(const TokenKey& key, PagedList list,
                                          uint64_t scope,
                                          absl::string_view text);

}  // namespace courant

#endif  // COURANT_SERVICES_RPC_PAGE_TOKEN_H_

#ifndef COURANT_SERVICES_EDITORIAL_ARTICLE_ERRORS_H_
#define COURANT_SERVICES_EDITORIAL_ARTICLE_ERRORS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "courant/storage/v1/record.pb.h"
#include "storage/base/ids.h"

// The refusals of ArticleService that depend on what is stored. Codes, reasons
// and metadata are those of error.proto.
namespace courant {

// NOT_FOUND / RESOURCE_NOT_FOUND for any resource name. The same for what never
// was and for what the caller may not see: the difference is nobody's business.
absl::Status ResourceNotFound(absl::string_view name);

// ALREADY_EXISTS / RESOURCE_EXISTS: `name` is taken by another article, and the
// request was not a retry of the one that made it.
absl::Status ResourceExists(absl::string_view name);

// ABORTED / ETAG_MISMATCH, telling what is current: somebody else was faster,
// so the caller has to look again and decide again; the same call cannot
// succeed.
absl::Status EtagMismatch(absl::string_view name,
                          const storage::v1::ArticleRow& current);

// UNAVAILABLE / NODE_BEHIND: `tail` is where this server stands. The caller has
// seen a later change; asking again, or elsewhere, helps.
absl::Status NodeBehind(Sequence tail);

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_ARTICLE_ERRORS_H_

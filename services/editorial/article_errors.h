#ifndef COURANT_SERVICES_EDITORIAL_ARTICLE_ERRORS_H_
#define COURANT_SERVICES_EDITORIAL_ARTICLE_ERRORS_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "courant/storage/v1/record.pb.h"
#include "storage/base/ids.h"

// The refusals of ArticleService that depend on what is stored. Codes, reasons
// and metadata are those of error.proto.
namespace courant {

// NOT_FOUND / RESOURCE_NOT_FOUND for any resource name.
absl::Status ResourceNotFound(absl::string_view name);

// ALREADY_EXISTS / RESOURCE_EXISTS.
absl::Status ResourceExists(absl::string_view name);

// ABORTED / ETAG_MISMATCH, telling what is current.
absl::Status EtagMismatch(absl::string_view name,
                          const storage::v1::ArticleRow& current);

// UNAVAILABLE / NODE_BEHIND: `tail` is where this server stands.
absl::Status NodeBehind(Sequence tail);

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_ARTICLE_ERRORS_H_

#ifndef COURANT_SERVICES_EDITORIAL_RULES_IDENTIFIERS_H_
#define COURANT_SERVICES_EDITORIAL_RULES_IDENTIFIERS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "storage/base/ids.h"

// Names that come with a request. Every function is pure and thread-safe, and
// its error is INVALID_ARGUMENT naming `field`: FIELD_REQUIRED when the value
// is empty and must not be, FIELD_TOO_LONG, FIELD_INVALID or INVALID_UTF8
// otherwise.
namespace courant {

// Longest {article} and {story}, in bytes.
inline constexpr int kMaxResourceIdBytes = 64;

// Longest actor, in code points.
inline constexpr int kMaxActorCodePoints = 128;

// True for 1 to 64 characters of `[a-z0-9-]`, first a letter or digit.
bool IsResourceId(absl::string_view id);

// Checks the {article} that a client chose. Empty is an error.
absl::Status ValidateArticleId(absl::string_view id, absl::string_view field);

// Checks that `request_id` is a UUID in its 36-character form, in either case
// of letters. Empty is fine: the call is an attempt of its own.
absl::Status ValidateRequestId(absl::string_view request_id,
                               absl::string_view field);

// Checks who asks: 1 to 128 code points without control characters. `field`
// is the metadata key.
absl::Status ValidateActor(absl::string_view actor, absl::string_view field);

// Returns {article} of `articles/{article}`.
absl::StatusOr<std::string> ParseArticleName(absl::string_view name,
                                             absl::string_view field);

// The parts of `articles/{article}/revisions/{n}`.
struct RevisionName {
  std::string article_id;
  Revision revision;  // At least 1.
};

// Takes `articles/{article}/revisions/{n}` apart. {n} is decimal, without sign
// or leading zeros.
absl::StatusOr<RevisionName> ParseRevisionName(absl::string_view name,
                                               absl::string_view field);

// Returns `articles/{article}`.
std::string ArticleName(absl::string_view article_id);

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_RULES_IDENTIFIERS_H_

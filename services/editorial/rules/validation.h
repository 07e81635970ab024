#ifndef COURANT_SERVICES_EDITORIAL_RULES_VALIDATION_H_
#define COURANT_SERVICES_EDITORIAL_RULES_VALIDATION_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "courant/v1/article.pb.h"

// Everything that is refused at the door, whatever the state of the article.
// What publication needs besides is in publishable.h.
namespace courant {

// A client that sends more mistakes than this learns of the first ones.
inline constexpr int kMaxViolations = 20;

// Checks that `article` keeps every promise that article.proto makes: required
// fields, formats, ranges, lengths, known enum values, characters, marks,
// references. Reads only; output-only fields are looked at like any other, so
// clear what a client sent there first. Ids and codes that the server gives
// may still be empty. Pure and thread-safe; about 1 us per KB of text.
//
// Returns OK, or INVALID_ARGUMENT with a BadRequest that names every wrong
// field, at most kMaxViolations, by its path below `path_prefix`
// ("article.body[3].paragraph.text.marks[0].end"; no prefix when it is empty).
// The reason is that of the first violation: FIELD_REQUIRED, FIELD_INVALID,
// FIELD_TOO_LONG (metadata `limit`) or INVALID_UTF8.
absl::Status ValidateArticle(const v1::Article& article,
                             absl::string_view path_prefix);

}  // namespace courant

#endif  // COURANT_SERVICES_EDITORIAL_RULES_VALIDATION_H_

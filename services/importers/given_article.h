#ifndef COURANT_SERVICES_IMPORTERS_GIVEN_ARTICLE_H_
#define COURANT_SERVICES_IMPORTERS_GIVEN_ARTICLE_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "services/importers/imported_item.h"

namespace courant::importers {

// Reads an Article or CreateArticleRequest in protobuf JSON into
// `item.request`, whose `item.line` must be set: what only a server sets is
// left out and told in remarks, as json_lines_reader.h says. Returns whether
// it was published where it comes from. Thread-safe.
//
// Errors name the line and the field's path:
// * INVALID_ARGUMENT / MALFORMED_REQUEST: not strict JSON, or an unknown field.
// * INVALID_ARGUMENT / FIELD_INVALID: a value of the wrong kind; a bad name or
//   id; a killed article.
absl::StatusOr<bool> ReadGivenArticle(absl::string_view json,
                                      ImportedItem& item);

}  // namespace courant::importers

#endif  // COURANT_SERVICES_IMPORTERS_GIVEN_ARTICLE_H_

#ifndef COURANT_SERVICES_CLI_ARTICLE_FIELDS_H_
#define COURANT_SERVICES_CLI_ARTICLE_FIELDS_H_

#include <istream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "courant/v1/article.pb.h"
#include "google/protobuf/field_mask.pb.h"
#include "services/cli/command.h"

// What the command line says about the content of an article. Thread-safe.
namespace courant {

// The options for fields of an article that can be set and changed:
// --headline, --language, --body and so on.
std::vector<Option> ArticleFieldOptions();

// Sets the fields of `article` whose options were given and returns their
// paths. An option given with an empty value names its field and leaves it
// empty. `in` is read for a body of "-".
//
// Errors are usage errors: a file that cannot be read or is not UTF-8, a body
// given twice.
absl::StatusOr<google::protobuf::FieldMask> ReadArticleFields(
    const Arguments& arguments, std::istream& in, v1::Article& article);

// The paragraphs of `text`, which stand between lines that are empty or hold
// nothing but spaces. Line breaks within a paragraph are kept; those of DOS
// become line feeds, and a byte order mark is dropped.
std::vector<std::string> SplitParagraphs(absl::string_view text);

// The operand of a command about one article.
Operand ArticleOperand();

// `articles/{article}` for `text`, which may leave out the first part.
std::string ArticleName(absl::string_view text);

// `stories/{story}` for `text`, which may leave out the first part.
std::string StoryName(absl::string_view text);

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_ARTICLE_FIELDS_H_

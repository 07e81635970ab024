#ifndef COURANT_SERVICES_CLI_ARTICLE_FIELDS_H_
#define COURANT_SERVICES_CLI_ARTICLE_FIELDS_H_

#include <istream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "courant/v1/article.pb.h"
#include "google/protobuf/field_mask.pb.h"
#include "services/cli/command.h"

// What the command line says about an article and its content. Thread-safe.
namespace courant {

// The operand NAME of a command on one article.
Operand ArticleOperand();

// --etag, for a command that can be refused when somebody else was quicker.
Option EtagOption();

// The options for fields of an article that can be set and changed:
// --headline, --language, --body, --embargo and so on.
std::vector<Option> ArticleFieldOptions();

// Sets the fields of `article` whose options were given and returns their
// paths. An option given with an empty value names its field and leaves it
// empty. `in` is read for a body of "-"; `now` is where times such as "+2h"
// count from.
//
// Errors are usage errors: a file that cannot be read or is not UTF-8, a body
// given twice, a time without its offset, an alias that is not SYSTEM=ID.
absl::StatusOr<google::protobuf::FieldMask> ReadArticleFields(
    const Arguments& arguments, std::istream& in, absl::Time now,
    v1::Article& article);

// The value of the option `name` (--NAME TIME) as ReadMoment() reads it. A
// usage error that names the option when it is no such time.
absl::StatusOr<google::protobuf::Timestamp> ReadMomentOption(
    const Arguments& arguments, absl::string_view name, absl::Time now);

// The paragraphs of `text`, which stand between lines that are empty or hold
// nothing but spaces. Line breaks within a paragraph are kept; those of DOS
// become line feeds, and a byte order mark is dropped.
std::vector<std::string> SplitParagraphs(absl::string_view text);

// `articles/{article}` for `text`, which may leave out the first part.
std::string ArticleName(absl::string_view text);

// `stories/{story}` for `text`, which may leave out the first part.
std::string StoryName(absl::string_view text);

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_ARTICLE_FIELDS_H_

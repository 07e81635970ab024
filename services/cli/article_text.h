#ifndef COURANT_SERVICES_CLI_ARTICLE_TEXT_H_
#define COURANT_SERVICES_CLI_ARTICLE_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"
#include "courant/v1/article.pb.h"
#include "services/cli/terminal.h"

// Articles for people. All text of an article is cleaned of what could
// disturb a terminal (display_width.h). Thread-safe.
namespace courant {

// The code of the main section, else its name; empty when there is none.
std::string SectionText(const v1::Article& article);

// `name`, e.g. "articles/rail-talks", as it stands in a table: on a narrow
// screen without the first part, which commands do not need either.
std::string NameText(absl::string_view name, const Terminal& terminal);

// One revision: what is known about it, a line each, then the text. Ends with
// a line break.
std::string ArticleText(const v1::Article& article);

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_ARTICLE_TEXT_H_

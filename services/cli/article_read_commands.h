#ifndef COURANT_SERVICES_CLI_ARTICLE_READ_COMMANDS_H_
#define COURANT_SERVICES_CLI_ARTICLE_READ_COMMANDS_H_

#include <vector>

#include "services/cli/command.h"

namespace courant {

// The commands that read articles:
// * article get: one article with its text, the latest revision or that of
//   --revision.
// * article list: a table, newest first, over all pages; drafts are included
//   unless --state says otherwise. Options given twice widen the list,
//   different ones narrow it.
// * article history: the revisions as a story (history_text.h), newest last.
//
// As JSON each prints one Article on a line, in the same order.
std::vector<Command> ArticleReadCommands();

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_ARTICLE_READ_COMMANDS_H_

#ifndef COURANT_SERVICES_CLI_ARTICLE_STOP_COMMANDS_H_
#define COURANT_SERVICES_CLI_ARTICLE_STOP_COMMANDS_H_

#include <vector>

#include "services/cli/command.h"

namespace courant {

// The commands that stop the use of an article, and those that undo it:
// * article hold, article release: for now, on one person's word.
// * article withdraw, article restore: taken back.
// * article kill: taken back for ever, in every revision. One person asks, and
//   another gives it again with --confirm.
//
// hold, withdraw and kill ask before they act (confirmation.h): --yes answers,
// and without a terminal it must. What is confirmed is what was shown: if
// the article changed meanwhile, a confirmation of a kill is refused.
//
// All print the article as it is then, as the commands of
// article_write_commands.h do. After the first half of a kill, the error
// stream says what the other person has to do, and until when.
std::vector<Command> ArticleStopCommands();

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_ARTICLE_STOP_COMMANDS_H_

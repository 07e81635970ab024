#ifndef COURANT_SERVICES_CLI_ARTICLE_REPAIR_COMMANDS_H_
#define COURANT_SERVICES_CLI_ARTICLE_REPAIR_COMMANDS_H_

#include <vector>

#include "services/cli/command.h"

namespace courant {

// The commands that repair what is public:
// * article correct: a substantive error. --where, --was and --now name a
//   place, the wrong words and the right ones; given several times, the first
//   of each belong together, then the second, and they take effect in that
//   order. --note or --note-public says why.
// * article refile: something small, in the same way or by the options of
//   article update.
//
// Both print the article as it is then, as the commands of
// article_write_commands.h do.
std::vector<Command> ArticleRepairCommands();

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_ARTICLE_REPAIR_COMMANDS_H_

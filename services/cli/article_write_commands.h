#ifndef COURANT_SERVICES_CLI_ARTICLE_WRITE_COMMANDS_H_
#define COURANT_SERVICES_CLI_ARTICLE_WRITE_COMMANDS_H_

#include <vector>

#include "services/cli/command.h"

namespace courant {

// The commands that write an article and let it out:
// * article create: a draft, or with --publish public at once.
// * article update: the fields whose options are given, and no other; an
//   option with an empty value clears its field. --etag refuses when somebody
//   else was quicker.
// * article publish: a draft, now; with --embargo for those alone who may see
//   it before that time. What is under embargo becomes public.
// * article schedule, article unschedule: a draft that the server publishes.
//
// Each prints the article as it is then: one line of text that begins with its
// name, "articles/a  DRAFT  revision 1  change 7", or the Article as JSON.
// When the server went away in the middle, the error names the request id
// with which the same can be tried again and takes effect at most once.
std::vector<Command> ArticleWriteCommands();

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_ARTICLE_WRITE_COMMANDS_H_

#ifndef COURANT_SERVICES_CLI_TRANSLATION_REVIEW_COMMANDS_H_
#define COURANT_SERVICES_CLI_TRANSLATION_REVIEW_COMMANDS_H_

#include <vector>

#include "services/cli/command.h"

namespace courant {

// courant translation review, approve and reject: what a second person does
// with what was submitted. Thread-safe.
std::vector<Command> TranslationReviewCommands();

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_TRANSLATION_REVIEW_COMMANDS_H_

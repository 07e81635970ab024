#ifndef COURANT_SERVICES_CLI_TRANSLATION_EDIT_COMMAND_H_
#define COURANT_SERVICES_CLI_TRANSLATION_EDIT_COMMAND_H_

#include <vector>

#include "services/cli/command.h"

namespace courant {

// courant translation edit: the texts in the user's editor, the source beside
// them, and what was changed there sent back. The lease is taken where nobody
// has it, and kept while the editor is open. Whatever goes wrong, the text
// stays in a file, and the error says in which and how to send it. Thread-safe.
std::vector<Command> TranslationEditCommands();

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_TRANSLATION_EDIT_COMMAND_H_

#ifndef COURANT_SERVICES_CLI_COMPLETION_COMMAND_H_
#define COURANT_SERVICES_CLI_COMPLETION_COMMAND_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/cli/command.h"

namespace courant {

// completion: prints a script that teaches a shell the commands, their options
// and the values that these can have. Install it once, e.g. with
// `courant completion bash >
// ~/.local/share/bash-completion/completions/courant`.
Command CompletionCommand();

// The script for `shell`, "bash", "zsh" or "fish", made from `commands`. It
// calls nothing but the shell. Thread-safe.
std::string CompletionScript(absl::string_view shell,
                             const std::vector<Command>& commands);

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_COMPLETION_COMMAND_H_

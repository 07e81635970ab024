#ifndef COURANT_SERVICES_CLI_HELP_TEXT_H_
#define COURANT_SERVICES_CLI_HELP_TEXT_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "services/cli/command.h"

// The answers to --help. Each ends with a line break. Thread-safe.
namespace courant {

// All commands, and how to go on from there.
std::string ToolHelp(const std::vector<Command>& commands);

// The commands of one resource.
std::string ResourceHelp(absl::string_view resource,
                         const std::vector<Command>& commands);

// One command: what it does, how it is called, its options, an example.
std::string CommandHelp(const Command& command);

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_HELP_TEXT_H_

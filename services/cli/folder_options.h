#ifndef COURANT_SERVICES_CLI_FOLDER_OPTIONS_H_
#define COURANT_SERVICES_CLI_FOLDER_OPTIONS_H_

#include <string>
#include <vector>

#include "services/cli/command.h"

// How a command is told of a data folder on this host, and tells courantd.
namespace courant {

// --data-dir and --config, as courantd has them.
std::vector<Option> FolderOptions();

// True when one of them was given: courantd's own default, a folder below the
// one it is started in, is nothing to guess.
bool NamesFolder(const Arguments& arguments);

// What was given of them, as flags of courantd.
std::vector<std::string> FolderFlags(const Arguments& arguments);

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_FOLDER_OPTIONS_H_

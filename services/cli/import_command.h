#ifndef COURANT_SERVICES_CLI_IMPORT_COMMAND_H_
#define COURANT_SERVICES_CLI_IMPORT_COMMAND_H_

#include "services/cli/command.h"

namespace courant {

// import: takes articles from files to the server, several calls at a time.
// What is there already is left alone unless this is a newer version of it, so
// an import that broke off, or that Ctrl-C stopped, is finished by running it
// again.
//
// Prints a line an item in the order of the files, or as JSON each Article as
// it is then on the server; then the sum. With --dry-run it shows what would
// be created (as JSON the CreateArticleRequest, which can be imported in its
// turn) and needs no server. Fails when any item or file was refused; each of
// them is named on stderr with file, line and field, and the others go on.
Command ImportCommand();

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_IMPORT_COMMAND_H_

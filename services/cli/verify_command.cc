#include "services/cli/verify_command.h"

#include <string>
#include <utility>
#include <vector>

#include "services/cli/error_text.h"
#include "services/cli/folder_options.h"
#include "services/cli/server_program.h"

namespace courant {
namespace {

absl::Status VerifyLog(Context& context) {
  if (!NamesFolder(context.arguments)) {
    return UsageError(
        "say which data folder is checked: --data-dir DIR, or --config FILE");
  }
  std::vector<std::string> flags = FolderFlags(context.arguments);
  flags.push_back("--verify");
  return BecomeServerProgram(std::move(flags));
}

}  // namespace

Command VerifyCommand() {
  return {"",
          "verify",
          "Check the digest chain of a whole log, while no server runs on it",
          "courant verify --data-dir /var/lib/courant/data",
          {},
          FolderOptions(),
          false,
          VerifyLog};
}

}  // namespace courant

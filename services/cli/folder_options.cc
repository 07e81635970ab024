#include "services/cli/folder_options.h"

#include "absl/strings/str_cat.h"

namespace courant {

std::vector<Option> FolderOptions() {
  return {
      {"data-dir", "DIR", "The data folder, on this host"},
      {"config", "FILE", "The configuration of courantd, on this host"},
  };
}

bool NamesFolder(const Arguments& arguments) {
  return arguments.Has("data-dir") || arguments.Has("config");
}

std::vector<std::string> FolderFlags(const Arguments& arguments) {
  std::vector<std::string> flags;
  for (const Option& option : FolderOptions()) {
    if (!arguments.Has(option.name)) continue;
    flags.push_back(
        absl::StrCat("--", option.name, "=", arguments.Get(option.name)));
  }
  return flags;
}

}  // namespace courant

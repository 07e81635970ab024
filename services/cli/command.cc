#include "services/cli/command.h"

#include "absl/strings/str_cat.h"

namespace courant {
namespace {

using Use = Option::Use;

}  // namespace

std::vector<std::string> Arguments::All(absl::string_view name) const {
  const auto found = options_.find(name);
  if (found == options_.end()) return {};
  return found->second;
}

std::string Arguments::Get(absl::string_view name) const {
  const auto found = options_.find(name);
  return found == options_.end() ? "" : found->second.front();
}

std::string CommandName(const Command& command) {
  if (command.resource.empty()) return command.verb;
  return absl::StrCat(command.resource, " ", command.verb);
}

std::vector<Option> CommonOptions(const Command& command) {
  std::vector<Option> options = {
      {"output",
       "FORMAT",
       "Print text, or json with one message a line",
       Use::kOptional,
       {"text", "json"},
       'o'},
      {"address", "HOST:PORT",
       "The server; else COURANT_ADDRESS, else 127.0.0.1:7400"},
      {"trace", "", "Print the id by which the server's logs know the calls",
       Use::kSwitch},
  };
  if (command.changes) {
    options.push_back({"actor", "WHO", "Who is acting; else user/NAME"});
    options.push_back({"request-id", "UUID",
                       "Names this attempt; repeated, it takes effect once"});
    options.push_back(
        {"yes", "", "Answer every question with yes", Use::kSwitch});
  } else {
    options.push_back({"audience",
                       "WHO",
                       "Read as the house does, or as a stranger outside",
                       Use::kOptional,
                       {"internal", "public"}});
  }
  return options;
}

}  // namespace courant

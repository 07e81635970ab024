#ifndef COURANT_SERVICES_CLI_COMMAND_H_
#define COURANT_SERVICES_CLI_COMMAND_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "services/cli/console.h"

namespace courant {

class Connection;

// An option of a command, as the user sees it.
struct Option {
  enum class Use { kSwitch, kOptional, kRequired, kRepeated };

  // Without dashes: "headline".
  std::string name;
  // What it takes, in capitals: "TEXT". Empty for a switch.
  std::string value;
  // One sentence, without a full stop.
  std::string help;
  Use use = Use::kOptional;
  // The values that it can have. Empty: any.
  std::vector<std::string> choices = {};
  // One letter that also names it: 'o'. 0: none.
  char letter = 0;
};

// What stands on the command line without a name: "NAME", "FILE...".
struct Operand {
  enum class Use { kNone, kOptional, kRequired, kRepeated };

  // What it is, in capitals: "FILE".
  std::string value = "";
  // One sentence, without a full stop.
  std::string help = "";
  Use use = Use::kNone;
  // The values that it can have. Empty: any.
  std::vector<std::string> choices = {};
};

// What the user gave for the options and the operand of a command.
class Arguments {
 public:
  // True if the option `name` was given, even with an empty value.
  bool Has(absl::string_view name) const {
    return options_.find(name) != options_.end();
  }

  // The value of the option `name`, the first of several; empty if it was not
  // given.
  std::string Get(absl::string_view name) const;

  // Every value of the option `name`, as given.
  std::vector<std::string> All(absl::string_view name) const;

  // The operands, as given.
  const std::vector<std::string>& operands() const { return operands_; }

  // For the parser. `values` has at least one.
  void Add(absl::string_view name, std::vector<std::string> values) {
    options_[std::string(name)] = std::move(values);
  }
  void AddOperands(std::vector<std::string> operands) {
    operands_ = std::move(operands);
  }

 private:
  std::map<std::string, std::vector<std::string>, std::less<>> options_;
  std::vector<std::string> operands_;
};

// How a command prints: for people, or one message of the API on a line, in
// the JSON form of Protocol Buffers.
enum class OutputFormat { kText, kJson };

// All that a command has to work with.
struct Context {
  const Arguments& arguments;
  OutputFormat output;
  // Names this run to the server: a UUID, given or fresh.
  std::string request_id;
  // Not connected before it is used.
  Connection& connection;
  Console& console;
  // When the run began: what a time such as "+2h" counts from.
  absl::Time now;
  // The user's editor and the folder for what it edits; see CommandDefaults.
  std::string editor;
  std::string edit_folder;
};

// One thing that the tool can do. The table of commands (command_table.h) is
// the only description of them: parsing, help and completion come from it.
struct Command {
  // "article"; empty for a command of one word.
  std::string resource;
  // "create", or the one word.
  std::string verb;
  // One sentence, without a full stop.
  std::string help;
  // A command line that works, below the help.
  std::string example;
  Operand operand = {};
  std::vector<Option> options = {};
  // True if it changes something on the server: then it also takes --actor,
  // --request-id and --yes.
  bool changes = false;
  // Does it. Prints results, but not the error that it returns. Blocks until
  // all is done; ends early, with what is right then, when the console's
  // StopSource asks and it has a StopListener.
  absl::Status (*run)(Context& context) = nullptr;
};

// The words that name `command`: "article create", "import".
std::string CommandName(const Command& command);

// The options that `command` takes besides its own, in the order of the help:
// --output, --address and --trace for all, --audience for those that only read,
// --actor,
// --request-id and --yes for those that change something.
std::vector<Option> CommonOptions(const Command& command);

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_COMMAND_H_

#include "services/cli/command_parser.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/cli/display_width.h"
#include "services/cli/error_text.h"
#include "services/cli/help_text.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

// The one thing that this library does with a value is to keep it.
CLI::Option* AddOption(const Option& option, CLI::App& app) {
  std::string names = absl::StrCat("--", option.name);
  if (option.letter != 0) {
    absl::StrAppend(&names, ",-", std::string(1, option.letter));
  }
  if (option.use == Option::Use::kSwitch) {
    return app.add_flag(names, option.help);
  }
  const bool repeated = option.use == Option::Use::kRepeated;
  CLI::Option* added = app.add_option(names, option.help);
  added->type_name(option.value)->type_size(1)->expected(1);
  added->required(option.use == Option::Use::kRequired);
  added->allow_extra_args(false);
  added->multi_option_policy(repeated ? CLI::MultiOptionPolicy::TakeAll
                                      : CLI::MultiOptionPolicy::Throw);
  return added;
}

CLI::Option* AddOperand(const Operand& operand, CLI::App& app) {
  const bool repeated = operand.use == Operand::Use::kRepeated;
  CLI::Option* added = app.add_option(operand.value, operand.help);
  added->type_name(operand.value)->type_size(1)->expected(1);
  added->required(operand.use != Operand::Use::kOptional);
  added->allow_extra_args(repeated);
  added->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  return added;
}

absl::Status CheckValues(absl::string_view name,
                         const std::vector<std::string>& values,
                         const std::vector<std::string>& choices) {
  for (const std::string& value : values) {
    if (!IsUtf8(value)) {
      return UsageError(absl::StrCat(name, " is not UTF-8"));
    }
    if (!choices.empty() &&
        std::find(choices.begin(), choices.end(), value) == choices.end()) {
      return UsageError(absl::StrCat(
          name, " is \"", value,
          "\" and must be one of: ", absl::StrJoin(choices, ", ")));
    }
  }
  return absl::OkStatus();
}

// One command with the parser for it.
class CommandParser {
 public:
  explicit CommandParser(const Command& command)
      : command_(command), app_(command.help, CommandName(command)) {
    for (const Option& option : command.options) {
      options_.emplace_back(option, AddOption(option, app_));
    }
    if (command.operand.use != Operand::Use::kNone) {
      operand_ = AddOperand(command.operand, app_);
    }
    for (const Option& option : CommonOptions(command)) {
      options_.emplace_back(option, AddOption(option, app_));
    }
  }

  absl::StatusOr<ParsedLine> Parse(std::vector<std::string> words) {
    absl::StatusOr<ParsedLine> line = ParseOptions(std::move(words));
    if (line.ok()) return line;
    return WithHelpHint(line.status(), CommandName(command_));
  }

 private:
  absl::StatusOr<ParsedLine> ParseOptions(std::vector<std::string> words) {
    ParsedLine line;
    try {
      std::reverse(words.begin(), words.end());  // As the library wants it.
      app_.parse(std::move(words));
    } catch (const CLI::CallForHelp&) {
      line.help = CommandHelp(command_);
      return line;
    } catch (const CLI::ParseError& error) {
      return UsageError(error.what());
    }
    line.command = &command_;
    for (const auto& [option, parsed] : options_) {
      if (parsed->count() == 0) continue;
      COURANT_RETURN_IF_ERROR(CheckValues(absl::StrCat("--", option.name),
                                          parsed->results(), option.choices));
      line.arguments.Add(option.name, parsed->results());
    }
    if (operand_ != nullptr) {
      COURANT_RETURN_IF_ERROR(CheckValues(command_.operand.value,
                                          operand_->results(),
                                          command_.operand.choices));
      line.arguments.AddOperands(operand_->results());
    }
    return line;
  }

  const Command& command_;
  CLI::App app_;
  std::vector<std::pair<Option, CLI::Option*>> options_;
  CLI::Option* operand_ = nullptr;
};

bool AsksForHelp(const std::vector<std::string>& words, size_t from) {
  return words.size() == from || words[from] == "-h" ||
         words[from] == "--help" || words[from] == "help";
}

}  // namespace

absl::StatusOr<ParsedLine> ParseCommandLine(
    const std::vector<std::string>& words,
    const std::vector<Command>& commands) {
  if (AsksForHelp(words, 0)) {
    ParsedLine line;
    line.help = ToolHelp(commands);
    return line;
  }
  bool is_resource = false;
  for (const Command& command : commands) {
    if (command.resource.empty() && command.verb == words[0]) {
      return CommandParser(command).Parse({words.begin() + 1, words.end()});
    }
    if (command.resource != words[0]) continue;
    is_resource = true;
    if (words.size() > 1 && command.verb == words[1]) {
      return CommandParser(command).Parse({words.begin() + 2, words.end()});
    }
  }
  if (is_resource && AsksForHelp(words, 1)) {
    ParsedLine line;
    line.help = ResourceHelp(words[0], commands);
    return line;
  }
  const std::string called = absl::StrJoin(
      words.begin(), words.begin() + std::min<size_t>(words.size(), 2), " ");
  return WithHelpHint(
      UsageError(absl::StrCat("there is no command \"", called, "\"")),
      is_resource ? words[0] : "");
}

}  // namespace courant

#include "services/cli/help_text.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/cli/display_width.h"

namespace courant {
namespace {

// Left and right half of a line.
using Line = std::pair<std::string, std::string>;

std::string Aligned(const std::vector<Line>& lines) {
  int width = 0;
  for (const auto& [left, right] : lines) {
    width = std::max(width, DisplayWidth(left));
  }
  std::string text;
  for (const auto& [left, right] : lines) {
    absl::StrAppend(&text, "  ", PadToWidth(left, width + 2), right, "\n");
  }
  return text;
}

std::string OperandText(const Operand& operand) {
  if (operand.use == Operand::Use::kOptional) {
    return absl::StrCat("[", operand.value, "]");
  }
  return absl::StrCat(operand.value,
                      operand.use == Operand::Use::kRepeated ? "..." : "");
}

// "  -o, --output text|json".
std::string OptionText(const Option& option) {
  const std::string letter =
      option.letter == 0
          ? "    "
          : absl::StrCat("-", std::string(1, option.letter), ", ");
  const std::string value = option.choices.empty()
                                ? option.value
                                : absl::StrJoin(option.choices, "|");
  return absl::StrCat(letter, "--", option.name, value.empty() ? "" : " ",
                      value);
}

std::string OptionLines(absl::string_view title,
                        const std::vector<Option>& options) {
  if (options.empty()) return "";
  std::vector<Line> lines;
  for (const Option& option : options) {
    const char* note = option.use == Option::Use::kRequired   ? " (required)"
                       : option.use == Option::Use::kRepeated ? " (repeatable)"
                                                              : "";
    lines.emplace_back(OptionText(option), absl::StrCat(option.help, note));
  }
  return absl::StrCat("\n", title, ":\n", Aligned(lines));
}

std::string CommandLines(const std::vector<Command>& commands,
                         absl::string_view only_resource) {
  std::vector<Line> lines;
  for (const Command& command : commands) {
    if (!only_resource.empty() && command.resource != only_resource) continue;
    std::string left = CommandName(command);
    if (command.operand.use != Operand::Use::kNone) {
      absl::StrAppend(&left, " ", OperandText(command.operand));
    }
    lines.emplace_back(std::move(left), command.help);
  }
  return absl::StrCat("\nCommands:\n", Aligned(lines));
}

}  // namespace

std::string ToolHelp(const std::vector<Command>& commands) {
  return absl::StrCat(
      "Usage: courant RESOURCE VERB [OPTIONS]\n"
      "\nWrites and reads a courantd server, named by --address or "
      "COURANT_ADDRESS.\n",
      CommandLines(commands, ""),
      "\n\"courant RESOURCE VERB --help\" tells more, with an example.\n");
}

std::string ResourceHelp(absl::string_view resource,
                         const std::vector<Command>& commands) {
  return absl::StrCat("Usage: courant ", resource, " VERB [OPTIONS]\n",
                      CommandLines(commands, resource));
}

std::string CommandHelp(const Command& command) {
  std::string text = absl::StrCat("Usage: courant ", CommandName(command));
  std::string operand_line;
  if (command.operand.use != Operand::Use::kNone) {
    const std::string operand = OperandText(command.operand);
    absl::StrAppend(&text, " ", operand);
    operand_line =
        absl::StrCat("\n", Aligned({{operand, command.operand.help}}));
  }
  absl::StrAppend(&text, " [OPTIONS]\n\n", command.help, ".\n", operand_line,
                  OptionLines("Options", command.options),
                  OptionLines("Common options", CommonOptions(command)),
                  "\nExample:\n  ", command.example, "\n");
  return text;
}

}  // namespace courant

#include "services/cli/completion_command.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "services/cli/command_table.h"

namespace courant {
namespace {

std::vector<Option> AllOptions(const Command& command) {
  std::vector<Option> options = command.options;
  for (Option& option : CommonOptions(command)) {
    options.push_back(std::move(option));
  }
  options.push_back({"help",
                     "",
                     "Tell more, with an example",
                     Option::Use::kSwitch,
                     {},
                     'h'});
  return options;
}

// The words that can stand first, each once.
std::vector<std::string> FirstWords(const std::vector<Command>& commands) {
  std::vector<std::string> words;
  for (const Command& command : commands) {
    const std::string& word =
        command.resource.empty() ? command.verb : command.resource;
    if (std::find(words.begin(), words.end(), word) == words.end()) {
      words.push_back(word);
    }
  }
  return words;
}

std::vector<std::string> VerbsOf(absl::string_view resource,
                                 const std::vector<Command>& commands) {
  std::vector<std::string> verbs;
  for (const Command& command : commands) {
    if (!resource.empty() && command.resource == resource) {
      verbs.push_back(command.verb);
    }
  }
  return verbs;
}

std::string Choice(const std::vector<std::string>& patterns,
                   const std::vector<std::string>& words) {
  return absl::StrCat("    ", absl::StrJoin(patterns, "|"), ") echo '",
                      absl::StrJoin(words, " "), "'; return;;\n");
}

std::string ShellQuoted(absl::string_view text) {
  return absl::StrCat("'", text, "'");
}

// The lines for what stands behind the name of `command`: values of options,
// else options.
std::string CommandChoices(const Command& command) {
  const std::string name = CommandName(command);
  std::string text;
  std::vector<std::string> words = command.operand.choices;
  std::vector<std::string> free;  // Options with values of any kind.
  for (const Option& option : AllOptions(command)) {
    const std::string dashed = absl::StrCat("--", option.name);
    words.push_back(dashed);
    std::vector<std::string> before = {
        ShellQuoted(absl::StrCat(name, " ", dashed))};
    if (option.letter != 0) {
      before.push_back(
          ShellQuoted(absl::StrCat(name, " -", std::string(1, option.letter))));
    }
    if (!option.choices.empty()) {
      absl::StrAppend(&text, Choice(before, option.choices));
    } else if (option.use != Option::Use::kSwitch) {
      free.push_back(before.front());
    }
  }
  if (!free.empty()) absl::StrAppend(&text, Choice(free, {}));
  return absl::StrCat(
      text, Choice({absl::StrCat(ShellQuoted(name + " "), "*")}, words));
}

// For bash and zsh: a function that is given the number of the word at the
// cursor, the first two words and the one before the cursor, and prints what
// can stand there; nothing where it is a file or text of any kind.
std::string WordsFunction(const std::vector<Command>& commands) {
  const std::vector<std::string> first = FirstWords(commands);
  std::vector<std::string> resources;
  std::string verbs;
  for (const std::string& word : first) {
    const std::vector<std::string> of_word = VerbsOf(word, commands);
    if (of_word.empty()) continue;
    resources.push_back(word);
    absl::StrAppend(&verbs, Choice({absl::StrCat("'2 ", word, "'")}, of_word));
  }
  std::string text = absl::StrCat(
      "_courant_words() {\n  case \"$1 $2\" in\n", verbs,
      Choice({"'1 '*"}, first), "  esac\n  case \"$2\" in\n    ",
      absl::StrJoin(resources, "|"),
      ") set -- \"$2 $3\" \"$4\";;\n    *) set -- \"$2\" \"$4\";;\n"
      "  esac\n  case \"$1 $2\" in\n");
  for (const Command& command : commands) {
    absl::StrAppend(&text, CommandChoices(command));
  }
  return absl::StrCat(text, "  esac\n}\n");
}

constexpr char kBashEnd[] = R"(_courant() {
  local words
  words=$(_courant_words "$COMP_CWORD" "${COMP_WORDS[1]}" "${COMP_WORDS[2]}" \
    "${COMP_WORDS[COMP_CWORD-1]}")
  COMPREPLY=($(compgen -W "$words" -- "${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _courant courant
)";

constexpr char kZshEnd[] = R"(_courant() {
  local -a found
  found=(${=$(_courant_words $((CURRENT - 1)) "$words[2]" "$words[3]" \
    "$words[CURRENT-1]")})
  compadd -a found || _files
}
compdef _courant courant
)";

// `text` as one word of fish.
std::string FishQuoted(absl::string_view text) {
  return absl::StrCat(
      "'", absl::StrReplaceAll(text, {{"\\", "\\\\"}, {"'", "\\'"}}), "'");
}

std::string FishOption(const std::string& condition, const Option& option) {
  std::string line = absl::StrCat("complete -c courant -n ",
                                  FishQuoted(condition), " -l ", option.name);
  if (option.letter != 0) {
    absl::StrAppend(&line, " -s ", std::string(1, option.letter));
  }
  if (!option.choices.empty()) {
    absl::StrAppend(&line, " -x -a ",
                    FishQuoted(absl::StrJoin(option.choices, " ")));
  } else if (option.use != Option::Use::kSwitch) {
    absl::StrAppend(&line, " -r");
  }
  return absl::StrCat(line, " -d ", FishQuoted(option.help), "\n");
}

std::string FishScript(const std::vector<Command>& commands) {
  std::string text;
  std::vector<std::string> resources;
  for (const std::string& word : FirstWords(commands)) {
    if (!VerbsOf(word, commands).empty()) resources.push_back(word);
    absl::StrAppend(&text,
                    "complete -c courant -n __fish_use_subcommand -f -a ", word,
                    "\n");
  }
  for (const Command& command : commands) {
    std::string condition =
        absl::StrCat("__fish_seen_subcommand_from ", command.verb);
    if (command.resource.empty()) {
      // The one word may be a verb too, as that of "backup verify".
      absl::StrAppend(&condition, "; and not __fish_seen_subcommand_from ",
                      absl::StrJoin(resources, " "));
    } else {
      const std::string in_resource =
          absl::StrCat("__fish_seen_subcommand_from ", command.resource);
      const std::string verbs =
          absl::StrJoin(VerbsOf(command.resource, commands), " ");
      absl::StrAppend(
          &text, "complete -c courant -n ",
          FishQuoted(absl::StrCat(
              in_resource, "; and not __fish_seen_subcommand_from ", verbs)),
          " -f -a ", command.verb, " -d ", FishQuoted(command.help), "\n");
      condition = absl::StrCat(in_resource, "; and ", condition);
    }
    if (!command.operand.choices.empty()) {
      absl::StrAppend(
          &text, "complete -c courant -n ", FishQuoted(condition), " -f -a ",
          FishQuoted(absl::StrJoin(command.operand.choices, " ")), "\n");
    }
    for (const Option& option : AllOptions(command)) {
      absl::StrAppend(&text, FishOption(condition, option));
    }
  }
  return text;
}

absl::Status Run(Context& context) {
  context.console.out << CompletionScript(context.arguments.operands().front(),
                                          AllCommands());
  return absl::OkStatus();
}

}  // namespace

std::string CompletionScript(absl::string_view shell,
                             const std::vector<Command>& commands) {
  if (shell == "fish") return FishScript(commands);
  if (shell == "zsh") {
    return absl::StrCat("#compdef courant\n", WordsFunction(commands), kZshEnd);
  }
  return absl::StrCat(WordsFunction(commands), kBashEnd);
}

Command CompletionCommand() {
  return {"",
          "completion",
          "Print a completion script for a shell",
          "source <(courant completion bash)",
          {"SHELL",
           "bash, zsh or fish",
           Operand::Use::kRequired,
           {"bash", "zsh", "fish"}},
          {},
          false,
          Run};
}

}  // namespace courant

#include "services/cli/translation_read_commands.h"

#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "services/cli/article_fields.h"
#include "services/cli/connection.h"
#include "services/cli/display_width.h"
#include "services/cli/error_text.h"
#include "services/cli/json_text.h"
#include "services/cli/table.h"
#include "services/cli/time_text.h"
#include "services/cli/translation_list.h"
#include "services/cli/translation_options.h"
#include "services/cli/translation_text.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

using Use = Option::Use;

absl::Status GetOne(Context& context) {
  v1::GetTranslationRequest request;
  COURANT_ASSIGN_OR_RETURN(
      *request.mutable_name(),
      TranslationName(context.arguments.operands().front()));
  request.set_view(v1::TRANSLATION_VIEW_FULL);
  COURANT_ASSIGN_OR_RETURN(const v1::Translation translation,
                           context.connection.GetTranslation(request));
  Console& console = context.console;
  if (context.output == OutputFormat::kJson) {
    console.out << JsonLine(translation) << '\n';
  } else {
    console.out << TranslationText(translation, console.out_terminal);
  }
  return absl::OkStatus();
}

std::vector<std::string> RowOf(const v1::Translation& translation,
                               const Terminal& terminal) {
  const std::string name = terminal.narrow()
                               ? ShortTranslationName(translation.name())
                               : OneLine(translation.name());
  return {
      name,
      v1::TranslationTask::State_Name(translation.task().state()),
      v1::Translation::Freshness_Name(translation.freshness()),
      DoneText(translation.completeness()),
      TimeText(translation.due_time(),
               terminal.narrow() ? v1::DAY : v1::TIME_PRECISION_UNSPECIFIED),
      WhoText(translation)};
}

absl::Status ListThem(Context& context) {
  COURANT_ASSIGN_OR_RETURN(v1::ListTranslationsRequest request,
                           ReadTranslationList(context.arguments));
  int64_t left = std::numeric_limits<int64_t>::max();
  if (context.arguments.Has("limit") &&
      (!absl::SimpleAtoi(context.arguments.Get("limit"), &left) || left < 1)) {
    return UsageError("--limit must be a number from 1");
  }
  Console& console = context.console;
  Table table({"NAME", "TASK", "FRESHNESS", "DONE", "DUE", "WHO"});
  return ForEachPage(
      std::move(request), context.connection,
      [&](const v1::ListTranslationsResponse& page) {
        for (const v1::Translation& translation : page.translations()) {
          if (left-- <= 0) break;
          if (context.output == OutputFormat::kJson) {
            console.out << JsonLine(translation) << '\n';
          } else {
            table.Add(RowOf(translation, console.out_terminal));
          }
        }
        table.Print(console.out, console.out_terminal.Columns());
        return left > 0 && console.out.good();
      });
}

absl::Status Diff(Context& context) {
  v1::DiffTranslationSourceRequest request;
  COURANT_ASSIGN_OR_RETURN(
      *request.mutable_name(),
      TranslationName(context.arguments.operands().front()));
  int64_t to = 0;
  if (context.arguments.Has("to") &&
      (!absl::SimpleAtoi(context.arguments.Get("to"), &to) || to < 1)) {
    return UsageError("--to must be the number of a revision, from 1");
  }
  request.set_source_revision(to);
  COURANT_ASSIGN_OR_RETURN(const v1::DiffTranslationSourceResponse diff,
                           context.connection.DiffTranslationSource(request));
  Console& console = context.console;
  if (context.output == OutputFormat::kJson) {
    console.out << JsonLine(diff) << '\n';
    return absl::OkStatus();
  }
  console.out << OneLine(request.name()) << ": source revision "
              << diff.bound_revision() << " to " << diff.source_revision();
  if (diff.changes().empty()) {
    console.out << ", nothing that concerns it\n";
    return absl::OkStatus();
  }
  console.out << "\n\n"
              << SourceChangesText(
                     {diff.changes().begin(), diff.changes().end()},
                     console.out_terminal);
  return absl::OkStatus();
}

absl::Status Lookup(Context& context) {
  v1::LookupLanguageVersionRequest request;
  request.set_story(StoryName(context.arguments.operands().front()));
  for (const absl::string_view range :
       absl::StrSplit(context.arguments.Get("for"), ',')) {
    const absl::string_view stripped = absl::StripAsciiWhitespace(range);
    if (!stripped.empty()) request.add_language_ranges(std::string(stripped));
  }
  if (request.language_ranges().empty()) {
    return UsageError("--for must name a language, such as \"en-GB, fr\"");
  }
  request.set_allow_script_fallback(context.arguments.Has("other-script"));
  COURANT_ASSIGN_OR_RETURN(const v1::LanguageVersion version,
                           context.connection.LookupLanguageVersion(request));
  Console& console = context.console;
  if (context.output == OutputFormat::kJson) {
    console.out << JsonLine(version) << '\n';
    return absl::OkStatus();
  }
  console.out << OneLine(version.article()) << "  "
              << OneLine(version.language()) << "  "
              << v1::LanguageVersion::Rule_Name(version.rule()) << " for "
              << OneLine(version.language_range()) << "  of "
              << OneLine(absl::StrJoin(version.available(), ", ")) << '\n';
  return absl::OkStatus();
}

Command ListCommand() {
  std::vector<Option> options = TranslationListOptions();
  options.push_back({"limit", "N", "At most so many"});
  return {"translation",
          "list",
          "List translations, newest first",
          "courant translation list --language en --state requested",
          {"ARTICLE", "Of this article; else of all", Operand::Use::kOptional},
          std::move(options),
          false,
          ListThem};
}

}  // namespace

std::vector<Command> TranslationReadCommands() {
  return {
      {"translation",
       "get",
       "Show a translation, its texts beside their source",
       "courant translation get talks/en",
       TranslationOperand(),
       {},
       false,
       GetOne},
      ListCommand(),
      {"translation",
       "diff",
       "Show how the source has changed since, and how much it matters",
       "courant translation diff talks/en",
       TranslationOperand(),
       {{"to", "REVISION", "Of the source; else the newest"}},
       false,
       Diff},
      {"translation",
       "lookup",
       "Find the version of a story for a reader",
       "courant translation lookup harbour --for \"en-GB, fr\"",
       {"STORY", "The story: stories/ID, or ID alone", Operand::Use::kRequired},
       {{"for", "RANGES", "Languages that the reader takes, the best first",
         Use::kRequired},
        {"other-script", "",
         "Another script of the language is better than none", Use::kSwitch}},
       false,
       Lookup},
  };
}

}  // namespace courant

#include "services/cli/command_line.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "services/cli/command.h"
#include "services/cli/command_parser.h"
#include "services/cli/command_table.h"
#include "services/cli/connection.h"
#include "services/cli/request_id.h"
#include "services/trace/span.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

// Characters, see article_service.proto.
constexpr int kLongestActor = 128;

// `actor` is UTF-8, as every value on the command line.
absl::Status CheckActor(const std::string& actor) {
  const auto begins_character = [](unsigned char c) {
    return (c & 0xc0) != 0x80;
  };
  const auto is_control = [](unsigned char c) {
    return absl::ascii_iscntrl(c);
  };
  if (actor.empty() ||
      std::count_if(actor.begin(), actor.end(), begins_character) >
          kLongestActor ||
      std::any_of(actor.begin(), actor.end(), is_control)) {
    return UsageError(absl::StrCat("--actor must be 1 to ", kLongestActor,
                                   " characters, none of them a control "
                                   "character"));
  }
  return absl::OkStatus();
}

absl::Status RunParsed(const ParsedLine& line, const CommandDefaults& defaults,
                       Console& console) {
  const Arguments& given = line.arguments;
  const auto value_of = [&given](absl::string_view name,
                                 const std::string& otherwise) {
    return given.Has(name) ? given.Get(name) : otherwise;
  };
  Connection::Options options;
  options.address = value_of("address", defaults.address);
  options.actor = value_of("actor", defaults.actor);
  COURANT_RETURN_IF_ERROR(CheckActor(options.actor));
  options.audience = given.Get("audience");
  options.trace = SpanFrom(defaults.traceparent).context;
  if (given.Has("trace")) {
    console.err << "trace: " << ToHex(options.trace.trace_id) << std::endl;
  }
  // Whoever only looks would rather know soon.
  if (!line.command->changes) options.tries = 2;
  const std::string request_id = value_of("request-id", NewRequestId());

  Connection connection(options, console.stop);
  Context context{
      given,
      given.Get("output") == "json" ? OutputFormat::kJson : OutputFormat::kText,
      request_id,
      connection,
      console,
      absl::Now(),
      defaults.editor,
      defaults.edit_folder};
  COURANT_RETURN_IF_ERROR(line.command->run(context));
  if (!console.out.flush()) {
    return absl::UnknownError("the output could not be written");
  }
  return absl::OkStatus();
}

}  // namespace

ExitCode RunCommandLine(const std::vector<std::string>& words,
                        const CommandDefaults& defaults, Console& console) {
  const std::vector<Command> commands = AllCommands();
  const absl::StatusOr<ParsedLine> line = ParseCommandLine(words, commands);
  absl::Status status = line.status();
  if (line.ok() && line->command == nullptr) {
    console.out << line->help << std::flush;
  } else if (line.ok()) {
    status = WithHelpHint(RunParsed(*line, defaults, console),
                          CommandName(*line->command));
  }
  if (!status.ok()) {
    console.out.flush();
    console.err << ErrorText(status) << std::flush;
  }
  return ExitCodeOf(status);
}

}  // namespace courant

#include <string>
#include <utility>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "services/cli/change_start.h"
#include "services/cli/change_text.h"
#include "services/cli/connection.h"
#include "services/cli/display_width.h"
#include "services/cli/error_text.h"
#include "services/cli/json_text.h"
#include "services/cli/subscription_commands.h"
#include "services/cli/subscription_options.h"
#include "services/cli/table.h"
#include "services/cli/time_text.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

using Use = Option::Use;

// "17" and "changes/17" are the same.
std::string ChangeNameOf(const std::string& text) {
  return absl::StartsWith(text, "changes/") ? text
                                            : absl::StrCat("changes/", text);
}

absl::Status Commit(Context& context) {
  v1::CommitCursorRequest request;
  COURANT_ASSIGN_OR_RETURN(*request.mutable_name(), NamedSubscription(context));
  request.set_resume_token(context.arguments.Get("to"));
  request.set_session_id(context.arguments.Get("session"));
  COURANT_ASSIGN_OR_RETURN(const v1::CommitCursorResponse response,
                           context.connection.CommitCursor(request));
  context.console.out << (context.output == OutputFormat::kJson
                              ? JsonLine(response)
                              : absl::StrCat(OneLine(request.name()), "  at ",
                                             response.committed_sequence()))
                      << '\n';
  return absl::OkStatus();
}

absl::Status Seek(Context& context) {
  const Arguments& given = context.arguments;
  v1::SeekSubscriptionRequest request;
  COURANT_ASSIGN_OR_RETURN(*request.mutable_name(), NamedSubscription(context));
  if (given.Has("to") == given.Has("time")) {
    return UsageError("give either --to or --time");
  }
  if (given.Has("time")) {
    COURANT_ASSIGN_OR_RETURN(*request.mutable_time(),
                             ReadPastOption(given, "time"));
  } else {
    COURANT_ASSIGN_OR_RETURN(const ChangeStart start,
                             ReadChangeStart(given.Get("to")));
    if (const auto* from = std::get_if<v1::StartFrom>(&start)) {
      request.set_start_from(*from);
    } else if (const auto* token = std::get_if<std::string>(&start)) {
      request.set_resume_token(*token);
    } else {
      return UsageError("--to must be earliest, latest or a token");
    }
  }
  request.set_etag(given.Get("etag"));
  request.set_request_id(context.request_id);
  return ReportSubscription(context.connection.SeekSubscription(request),
                            context);
}

absl::Status Park(Context& context) {
  v1::ParkChangeRequest request;
  COURANT_ASSIGN_OR_RETURN(*request.mutable_name(), NamedSubscription(context));
  request.set_change(ChangeNameOf(context.arguments.Get("change")));
  request.set_reason(context.arguments.Get("reason"));
  COURANT_ASSIGN_OR_RETURN(const v1::ParkedChange parked,
                           context.connection.ParkChange(request));
  context.console.out << (context.output == OutputFormat::kJson
                              ? JsonLine(parked)
                              : absl::StrCat(OneLine(parked.change()),
                                             "  parked"))
                      << '\n';
  return absl::OkStatus();
}

absl::Status ListParked(Context& context) {
  v1::ListParkedChangesRequest request;
  COURANT_ASSIGN_OR_RETURN(*request.mutable_parent(),
                           NamedSubscription(context));
  Console& console = context.console;
  Table table({"CHANGE", "WHEN", "WHO", "WHY"});
  do {
    COURANT_ASSIGN_OR_RETURN(const v1::ListParkedChangesResponse page,
                             context.connection.ListParkedChanges(request));
    for (const v1::ParkedChange& parked : page.parked_changes()) {
      if (context.output == OutputFormat::kJson) {
        console.out << JsonLine(parked) << '\n';
        continue;
      }
      table.Add({OneLine(parked.change()), TimeText(parked.park_time()),
                 OneLine(parked.actor()), OneLine(parked.reason())});
    }
    if (context.output == OutputFormat::kText) {
      table.Print(console.out, console.out_terminal.Columns());
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty() && console.out.good());
  return absl::OkStatus();
}

absl::Status Replay(Context& context) {
  v1::ReplayParkedChangesRequest request;
  COURANT_ASSIGN_OR_RETURN(*request.mutable_name(), NamedSubscription(context));
  for (const std::string& done : context.arguments.All("done")) {
    request.add_done(ChangeNameOf(done));
  }
  Console& console = context.console;
  do {
    COURANT_ASSIGN_OR_RETURN(const v1::ReplayParkedChangesResponse page,
                             context.connection.ReplayParkedChanges(request));
    for (const v1::Change& change : page.changes()) {
      console.out << (context.output == OutputFormat::kJson
                          ? JsonLine(change)
                          : ChangeLine(change, console.out_terminal))
                  << '\n';
    }
    request.clear_done();
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty() && console.out.good());
  return absl::OkStatus();
}

}  // namespace

std::vector<Command> SubscriptionCursorCommands() {
  return {
      {"subscription",
       "commit",
       "Say that everything up to a token is done",
       "courant subscription commit site/sport --to TOKEN",
       SubscriptionOperand(),
       {{"to", "TOKEN", "Of a stream or a list", Use::kRequired},
        {"session", "ID", "Of the stream; else none must be open"}},
       true,
       Commit},
      {"subscription",
       "seek",
       "Move the cursor, forward or back",
       "courant subscription seek site/sport --to earliest",
       SubscriptionOperand(),
       {{"to", "WHERE", "earliest, latest or a token"},
        {"time", "TIME", "To the first change at TIME or later"},
        SubscriptionEtagOption()},
       true,
       Seek},
      {"subscription",
       "park",
       "Put a change aside that cannot be digested",
       "courant subscription park site/sport --change 17 --reason \"No title\"",
       SubscriptionOperand(),
       {{"change", "SEQUENCE", "Its position in the log", Use::kRequired},
        {"reason", "TEXT", "Why, for people", Use::kRequired}},
       true,
       Park},
      {"subscription",
       "parked",
       "List the changes that were put aside",
       "courant subscription parked site/sport",
       SubscriptionOperand(),
       {},
       false,
       ListParked},
      {"subscription",
       "replay",
       "Show the changes that were put aside, and strike off those done",
       "courant subscription replay site/sport --done 17",
       SubscriptionOperand(),
       {{"done", "SEQUENCE", "Not put aside any more", Use::kRepeated}},
       true,
       Replay},
  };
}

}  // namespace courant

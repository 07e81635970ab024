#include "services/cli/change_commands.h"

#include <cstdint>
#include <string>
#include <utility>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "services/cli/change_follower.h"
#include "services/cli/change_start.h"
#include "services/cli/change_text.h"
#include "services/cli/connection.h"
#include "services/cli/display_width.h"
#include "services/cli/error_text.h"
#include "services/cli/json_text.h"
#include "services/cli/subscription_text.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

constexpr int kPageSize = 500;  // The most that the server gives.

// Prints `change`. Fails when the output does not take it.
absl::Status Print(const v1::Change& change, Context& context) {
  Console& console = context.console;
  console.out << (context.output == OutputFormat::kJson
                      ? JsonLine(change)
                      : ChangeLine(change, console.out_terminal))
              << '\n';
  if (!console.out) {
    return absl::UnknownError("the output could not be written");
  }
  return absl::OkStatus();
}

absl::StatusOr<ChangeStart> StartOf(const Arguments& given,
                                    v1::StartFrom otherwise) {
  if (!given.Has("from")) return otherwise;
  return ReadChangeStart(given.Get("from"));
}

absl::Status ListPages(v1::ListChangesRequest request, Context& context) {
  request.set_page_size(kPageSize);
  request.set_filter(context.arguments.Get("filter"));
  do {
    COURANT_ASSIGN_OR_RETURN(const v1::ListChangesResponse page,
                             context.connection.ListChanges(request));
    for (const v1::Change& change : page.changes()) {
      COURANT_RETURN_IF_ERROR(Print(change, context));
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return absl::OkStatus();
}

// A page begins at a token, and there is none for a sequence. A stream that
// ends at the tail gives the same changes.
absl::Status ListAfter(int64_t sequence, Context& context) {
  COURANT_ASSIGN_OR_RETURN(const v1::ChangeLogStatus log,
                           context.connection.GetChangeLogStatus({}));
  if (log.tail_sequence() == sequence) return absl::OkStatus();
  ChangeFollower::Options options;
  options.start = sequence;
  options.filter = context.arguments.Get("filter");
  options.end_sequence = log.tail_sequence();
  ChangeFollower::Events events;
  events.on_change = [&](const v1::Change& change) {
    return Print(change, context);
  };
  ChangeFollower follower(context.connection, context.console.stop,
                          std::move(options), std::move(events));
  COURANT_RETURN_IF_ERROR(follower.Run());
  if (context.console.stop.requested()) {
    return absl::CancelledError("stopped before the end");
  }
  return absl::OkStatus();
}

absl::Status List(Context& context) {
  COURANT_ASSIGN_OR_RETURN(const ChangeStart start,
                           StartOf(context.arguments, v1::EARLIEST_RETAINED));
  v1::ListChangesRequest request;
  if (const auto* sequence = std::get_if<int64_t>(&start)) {
    return ListAfter(*sequence, context);
  }
  if (const auto* from = std::get_if<v1::StartFrom>(&start)) {
    request.set_start_from(*from);
  } else {
    request.set_page_token(std::get<std::string>(start));
  }
  return ListPages(std::move(request), context);
}

// What a tail says on stderr about itself.
void AddMessages(const Connection& connection, Console& console,
                 ChangeFollower::Events& events) {
  events.on_start = [&](const v1::Started& started) {
    if (!console.err_terminal.interactive()) return;
    console.err << "courant: following " << connection.address()
                << " after change " << started.resume_after_sequence()
                << "; Ctrl-C ends it" << std::endl;
  };
  events.on_snapshot_end = [&](const v1::SnapshotComplete& complete) {
    console.out.flush();
    console.err << "courant: these are the articles as of change "
                << complete.sequence() << ", " << complete.resource_count()
                << " that may be used; what follows is changes" << std::endl;
  };
  events.on_wait = [&](const absl::Status& why) {
    console.out.flush();
    console.err << "courant: "
                << OneLine(why.ok() ? "the server has ended the stream"
                                    : why.message())
                << "; waiting for it" << std::endl;
  };
  events.on_return = [&] {
    console.err << "courant: " << connection.address() << " is back"
                << std::endl;
  };
}

// Makes a tail that goes on from the cursor of a subscription, and moves it as
// it prints. `left` is how many changes are still to be printed.
absl::Status FollowSubscription(const std::string& name, Context& context,
                                const int64_t& left,
                                ChangeFollower::Options& options,
                                ChangeFollower::Events& events) {
  for (const char* option : {"from", "filter"}) {
    if (context.arguments.Has(option)) {
      return UsageError(absl::StrCat(
          "--", option, " is what the subscription has; use subscription ",
          "seek or update"));
    }
  }
  COURANT_ASSIGN_OR_RETURN(options.subscription, SubscriptionNameOf(name));
  // What is printed is committed, no more.
  if (left > 0) options.max_batch_changes = 1;
  events.on_position = [&context, &left, name = options.subscription](
                           const std::string& token,
                           const std::string& session) -> absl::Status {
    v1::CommitCursorRequest request;
    request.set_name(name);
    request.set_resume_token(token);
    request.set_session_id(session);
    absl::Status committed = context.connection.CommitCursor(request).status();
    // Whoever comes back finds the cursor where it was: the stream will tell.
    if (!committed.ok() && !absl::IsUnavailable(committed)) return committed;
    return left == 0 ? absl::CancelledError("that was the last one")
                     : absl::OkStatus();
  };
  return absl::OkStatus();
}

absl::Status Tail(Context& context) {
  const Arguments& given = context.arguments;
  Console& console = context.console;
  int64_t left = -1;  // Without end.
  if (given.Has("count") &&
      (!absl::SimpleAtoi(given.Get("count"), &left) || left < 1)) {
    return UsageError("--count must be a number from 1");
  }
  ChangeFollower::Options options;
  COURANT_ASSIGN_OR_RETURN(options.start, StartOf(given, v1::LATEST));
  options.filter = given.Get("filter");
  ChangeFollower::Events events;
  AddMessages(context.connection, console, events);
  events.on_change = [&](const v1::Change& change) -> absl::Status {
    COURANT_RETURN_IF_ERROR(Print(change, context));
    // With a subscription it has to be committed first.
    return --left == 0 && !given.Has("subscription")
               ? absl::CancelledError("that was the last one")
               : absl::OkStatus();
  };
  events.on_batch_end = [&] { console.out.flush(); };
  if (given.Has("subscription")) {
    COURANT_RETURN_IF_ERROR(FollowSubscription(given.Get("subscription"),
                                               context, left, options, events));
  }
  ChangeFollower follower(context.connection, console.stop, std::move(options),
                          std::move(events));
  COURANT_RETURN_IF_ERROR(follower.Run());
  const auto place = follower.place();
  if (console.stop.requested() && place && !given.Has("subscription")) {
    console.out.flush();
    console.err << "courant: stopped; go on with: --from ";
    if (const auto* sequence = std::get_if<int64_t>(&*place)) {
      console.err << *sequence << std::endl;
    } else {
      console.err << std::get<std::string>(*place) << std::endl;
    }
  }
  return absl::OkStatus();
}

absl::Status Get(Context& context) {
  const std::string& sequence = context.arguments.operands().front();
  v1::GetChangeRequest request;
  request.set_name(absl::StartsWith(sequence, "changes/")
                       ? sequence
                       : absl::StrCat("changes/", sequence));
  COURANT_ASSIGN_OR_RETURN(const v1::Change change,
                           context.connection.GetChange(request));
  return Print(change, context);
}

std::vector<Option> ReadOptions(const char* from_otherwise) {
  return {
      {"from", "WHERE",
       absl::StrCat(
           "earliest, latest, snapshot (the articles, then changes), a "
           "sequence (what comes after it) or a token; else ",
           from_otherwise)},
      {"filter", "FILTER",
       "Changes that match alone, such as 'section=\"sport\"'"},
  };
}

}  // namespace

std::vector<Command> ChangeCommands() {
  std::vector<Option> tail = ReadOptions("latest");
  tail.push_back({"subscription", "NAME",
                  "Go on from its cursor, and commit what is printed"});
  tail.push_back({"count", "N", "End after so many changes"});
  return {
      {"change",
       "list",
       "List the changes that there are, oldest first",
       "courant change list --filter 'language=\"ko\"'",
       {},
       ReadOptions("earliest"),
       false,
       List},
      {"change",
       "tail",
       "Follow the changes as they are made",
       "courant change tail --from earliest",
       {},
       std::move(tail),
       false,
       Tail},
      {"change",
       "get",
       "Show one change",
       "courant change get 17 -o json",
       {"SEQUENCE", "Its position in the log", Operand::Use::kRequired},
       {},
       false,
       Get},
  };
}

}  // namespace courant

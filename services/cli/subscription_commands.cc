#include "services/cli/subscription_commands.h"

#include <string>
#include <utility>
#include <variant>

#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "services/cli/change_start.h"
#include "services/cli/confirmation.h"
#include "services/cli/connection.h"
#include "services/cli/display_width.h"
#include "services/cli/error_text.h"
#include "services/cli/json_text.h"
#include "services/cli/subscription_options.h"
#include "services/cli/subscription_text.h"
#include "services/cli/table.h"
#include "services/cli/time_text.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

using Use = Option::Use;

constexpr int kSubscriptionsPage = 500;  // The most that the server gives.

std::vector<Option> SettingOptions() {
  return {
      {"filter", "FILTER",
       "Changes that match alone, such as 'section=\"sport\"'"},
      {"window", "N", "At most so many changes sent and not committed"},
      {"window-bytes", "N", "About so many bytes sent and not committed"},
      {"hold", "DURATION",
       "Keep history that is not committed for so long, such as 72h"},
  };
}

// Copies the options that were given, and names them in `mask`.
absl::Status ReadSettings(const Arguments& given,
                          v1::Subscription& subscription,
                          google::protobuf::FieldMask& mask) {
  if (given.Has("filter")) {
    subscription.set_filter(given.Get("filter"));
    mask.add_paths("filter");
  }
  if (given.Has("window")) {
    int32_t window;
    if (!absl::SimpleAtoi(given.Get("window"), &window) || window < 0) {
      return UsageError("--window must be a number of changes; 0 is no limit");
    }
    subscription.set_max_outstanding_changes(window);
    mask.add_paths("max_outstanding_changes");
  }
  if (given.Has("window-bytes")) {
    int64_t window;
    if (!absl::SimpleAtoi(given.Get("window-bytes"), &window) || window < 0) {
      return UsageError(
          "--window-bytes must be a number of bytes; 0 is no limit");
    }
    subscription.set_max_outstanding_bytes(window);
    mask.add_paths("max_outstanding_bytes");
  }
  if (given.Has("hold")) {
    absl::Duration hold;
    if (!absl::ParseDuration(given.Get("hold"), &hold) ||
        hold < absl::ZeroDuration()) {
      return UsageError("--hold must be a duration such as 72h");
    }
    subscription.mutable_retention_hold()->set_seconds(
        absl::ToInt64Seconds(hold));
    mask.add_paths("retention_hold");
  }
  return absl::OkStatus();
}

absl::Status MakeSubscription(Context& context) {
  const Arguments& given = context.arguments;
  COURANT_ASSIGN_OR_RETURN(const std::string name, NamedSubscription(context));
  v1::CreateSubscriptionRequest request;
  const size_t middle = name.find("/subscriptions/");
  request.set_parent(name.substr(0, middle));
  if (middle != name.npos) {
    request.set_subscription_id(name.substr(middle + 15));
  }
  google::protobuf::FieldMask mask;
  COURANT_RETURN_IF_ERROR(
      ReadSettings(given, *request.mutable_subscription(), mask));
  if (given.Has("from") && given.Has("since")) {
    return UsageError("--from and --since exclude each other");
  }
  if (given.Has("since")) {
    COURANT_ASSIGN_OR_RETURN(*request.mutable_start_time(),
                             ReadPastOption(given, "since"));
  } else if (given.Has("from")) {
    COURANT_ASSIGN_OR_RETURN(const ChangeStart start,
                             ReadChangeStart(given.Get("from")));
    if (const auto* from = std::get_if<v1::StartFrom>(&start)) {
      request.set_start_from(*from);
    } else if (const auto* token = std::get_if<std::string>(&start)) {
      request.set_resume_token(*token);
    } else {
      return UsageError("--from must be earliest, latest or a token");
    }
  }
  request.set_request_id(context.request_id);
  return ReportSubscription(context.connection.CreateSubscription(request),
                            context);
}

absl::Status ShowSubscription(Context& context) {
  v1::GetSubscriptionRequest request;
  COURANT_ASSIGN_OR_RETURN(*request.mutable_name(), NamedSubscription(context));
  COURANT_ASSIGN_OR_RETURN(const v1::Subscription subscription,
                           context.connection.GetSubscription(request));
  context.console.out << (context.output == OutputFormat::kJson
                              ? JsonLine(subscription) + "\n"
                              : SubscriptionText(subscription));
  return absl::OkStatus();
}

absl::Status ListSubscriptions(Context& context) {
  const auto& operands = context.arguments.operands();
  v1::ListSubscriptionsRequest request;
  request.set_parent(absl::StrCat(
      "partners/", operands.empty() ? std::string("-") : operands.front()));
  request.set_page_size(kSubscriptionsPage);
  Console& console = context.console;
  Table table({"NAME", "AT", "BEHIND", "FOR", "PARKED", "STREAM", "FILTER"});
  do {
    COURANT_ASSIGN_OR_RETURN(const v1::ListSubscriptionsResponse page,
                             context.connection.ListSubscriptions(request));
    for (const v1::Subscription& each : page.subscriptions()) {
      if (context.output == OutputFormat::kJson) {
        console.out << JsonLine(each) << '\n';
        continue;
      }
      table.Add({ShortSubscriptionName(each.name()),
                 absl::StrCat(each.committed_sequence()),
                 absl::StrCat(each.lag_changes()), LagText(each),
                 absl::StrCat(each.parked_changes()),
                 each.stream_open() ? "open" : "-", OneLine(each.filter())});
    }
    if (context.output == OutputFormat::kText) {
      table.Print(console.out, console.out_terminal.Columns());
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty() && console.out.good());
  return absl::OkStatus();
}

absl::Status ChangeSubscription(Context& context) {
  v1::UpdateSubscriptionRequest request;
  COURANT_ASSIGN_OR_RETURN(*request.mutable_subscription()->mutable_name(),
                           NamedSubscription(context));
  COURANT_RETURN_IF_ERROR(ReadSettings(context.arguments,
                                       *request.mutable_subscription(),
                                       *request.mutable_update_mask()));
  if (request.update_mask().paths().empty()) {
    return UsageError(
        "nothing to change: give --filter, --window, "
        "--window-bytes or --hold");
  }
  request.mutable_subscription()->set_etag(context.arguments.Get("etag"));
  if (context.arguments.Has("keep-position")) {
    request.set_filter_transition(v1::UpdateSubscriptionRequest::KEEP_POSITION);
  } else if (context.arguments.Has("filter")) {
    return UsageError(
        "--filter needs --keep-position: what matched the old filter alone is "
        "not taken back");
  }
  request.set_request_id(context.request_id);
  return ReportSubscription(context.connection.UpdateSubscription(request),
                            context);
}

absl::Status DeleteSubscription(Context& context) {
  v1::DeleteSubscriptionRequest request;
  COURANT_ASSIGN_OR_RETURN(*request.mutable_name(), NamedSubscription(context));
  request.set_etag(context.arguments.Get("etag"));
  request.set_request_id(context.request_id);
  if (!context.arguments.Has("yes")) {
    v1::GetSubscriptionRequest shown;
    shown.set_name(request.name());
    COURANT_ASSIGN_OR_RETURN(const v1::Subscription subscription,
                             context.connection.GetSubscription(shown));
    COURANT_RETURN_IF_ERROR(ConfirmWords(
        absl::StrCat(SubscriptionLine(subscription), "\n"),
        "Its cursor and what is parked are gone; a stream on it ends.",
        "Delete it?", context));
    request.set_etag(subscription.etag());
  }
  COURANT_RETURN_IF_ERROR(WithRetryHint(
      context.connection.DeleteSubscription(request).status(), context));
  if (context.output == OutputFormat::kText) {
    context.console.out << OneLine(request.name()) << "  deleted\n";
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<Command> SubscriptionCommands() {
  std::vector<Option> create = SettingOptions();
  create.push_back(
      {"from", "WHERE", "earliest, latest or a token; else latest"});
  create.push_back({"since", "TIME", "From the first change at TIME or later"});
  std::vector<Option> update = SettingOptions();
  update.push_back({"keep-position", "",
                    "Go on from the cursor under another filter",
                    Use::kSwitch});
  update.push_back(SubscriptionEtagOption());
  return {
      {"subscription", "create",
       "Make a durable subscription: a cursor that the server keeps",
       "courant subscription create site/sport --filter 'section=\"sport\"'",
       SubscriptionOperand(), std::move(create), true, MakeSubscription},
      {"subscription",
       "get",
       "Show a subscription and how far behind it is",
       "courant subscription get site/sport",
       SubscriptionOperand(),
       {},
       false,
       ShowSubscription},
      {"subscription",
       "list",
       "List subscriptions by name",
       "courant subscription list site",
       {"PARTNER", "Of this partner; else of all", Operand::Use::kOptional},
       {},
       false,
       ListSubscriptions},
      {"subscription", "update", "Change what a subscription wants",
       "courant subscription update site/sport --window 1000",
       SubscriptionOperand(), std::move(update), true, ChangeSubscription},
      {"subscription",
       "delete",
       "Delete a subscription and its cursor",
       "courant subscription delete site/sport --yes",
       SubscriptionOperand(),
       {SubscriptionEtagOption()},
       true,
       DeleteSubscription},
  };
}

}  // namespace courant

#include "services/cli/article_stop_commands.h"

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/cli/article_fields.h"
#include "services/cli/confirmation.h"
#include "services/cli/connection.h"
#include "services/cli/display_width.h"
#include "services/cli/error_text.h"
#include "services/cli/lifecycle_text.h"
#include "services/cli/time_text.h"
#include "services/cli/write_report.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

using Use = Option::Use;

// What all of these requests have. A reason that is not there is refused by
// the server.
template <typename Request>
Request MakeRequest(const Context& context) {
  Request request;
  request.set_name(ArticleName(context.arguments.operands().front()));
  request.set_reason(context.arguments.Get("reason"));
  request.set_etag(context.arguments.Get("etag"));
  request.set_request_id(context.request_id);
  return request;
}

// What --action and --replacement want subscribers to do.
template <typename Request>
absl::Status ReadAction(const Arguments& given, Request& request) {
  const std::string action = given.Get("action");
  const bool has_replacement = !given.Get("replacement").empty();
  if (has_replacement && !action.empty() && action != "replace") {
    return UsageError("--replacement goes with --action replace alone");
  }
  if (action == "replace" && !has_replacement) {
    return UsageError("--action replace needs --replacement");
  }
  if (has_replacement) {
    request.set_action(v1::Tombstone::REPLACE);
    request.set_replacement(ArticleName(given.Get("replacement")));
  } else if (action == "review") {
    request.set_action(v1::Tombstone::REVIEW);
  } else if (action == "remove") {
    request.set_action(v1::Tombstone::REMOVE);
  }
  return absl::OkStatus();
}

// The server's choice when nothing is said.
template <typename Request>
std::string ActionOf(const Request& request) {
  return ActionText(request.action() == v1::Tombstone::ACTION_UNSPECIFIED
                        ? v1::Tombstone::REMOVE
                        : request.action(),
                    request.replacement());
}

absl::Status Hold(Context& context) {
  auto request = MakeRequest<v1::HoldArticleRequest>(context);
  request.set_contact(context.arguments.Get("contact"));
  const Question question = {
      [](const v1::Article&) {
        return "Whoever has taken it is told to stop using it, until it is "
               "released.";
      },
      "Put it on hold?"};
  COURANT_RETURN_IF_ERROR(Confirm(request.name(), question, context).status());
  return ReportWrite(context.connection.HoldArticle(request), request.name(),
                     context);
}

absl::Status Release(Context& context) {
  const auto request = MakeRequest<v1::ReleaseArticleRequest>(context);
  return ReportWrite(context.connection.ReleaseArticle(request), request.name(),
                     context);
}

absl::Status Withdraw(Context& context) {
  auto request = MakeRequest<v1::WithdrawArticleRequest>(context);
  request.set_contact(context.arguments.Get("contact"));
  COURANT_RETURN_IF_ERROR(ReadAction(context.arguments, request));
  const Question question = {[&request](const v1::Article&) {
                               return absl::StrCat(
                                   "Whoever has taken it is told to ",
                                   ActionOf(request),
                                   ". It stays here and can be restored.");
                             },
                             "Withdraw it?"};
  COURANT_RETURN_IF_ERROR(Confirm(request.name(), question, context).status());
  return ReportWrite(context.connection.WithdrawArticle(request),
                     request.name(), context);
}

absl::Status Restore(Context& context) {
  const auto request = MakeRequest<v1::RestoreArticleRequest>(context);
  return ReportWrite(context.connection.RestoreArticle(request), request.name(),
                     context);
}

// What whoever confirms should know.
std::string ConfirmText(const v1::Article& article) {
  constexpr char kForEver[] =
      "The text of every revision is erased, for everybody and for ever. A "
      "kill cannot be undone.";
  if (!article.has_kill_request()) {
    return absl::StrCat("Nobody has asked for this kill yet. ", kForEver);
  }
  const v1::KillRequest& asked = article.kill_request();
  return absl::StrCat(
      asked.actor(), " asked for it at ", TimeText(asked.request_time()),
      ", because: ", asked.reason(), ". Whoever has taken it is told to ",
      ActionText(asked.action(), asked.replacement()), ". ", kForEver);
}

absl::Status ConfirmKill(Context& context) {
  for (const char* option : {"reason", "contact", "action", "replacement"}) {
    if (context.arguments.Has(option)) {
      return UsageError(
          absl::StrCat("--", option,
                       " was said by who asked for the kill; --confirm agrees "
                       "to that"));
    }
  }
  auto request = MakeRequest<v1::KillArticleRequest>(context);
  request.set_confirm(true);
  COURANT_ASSIGN_OR_RETURN(
      const std::string etag,
      Confirm(request.name(), {ConfirmText, "Kill it?"}, context));
  if (request.etag().empty()) request.set_etag(etag);
  return ReportWrite(context.connection.KillArticle(request), request.name(),
                     context);
}

absl::Status RequestKill(Context& context) {
  auto request = MakeRequest<v1::KillArticleRequest>(context);
  if (request.reason().empty()) {
    return UsageError(
        "a kill needs --reason, or --confirm when another person has asked "
        "for it");
  }
  request.set_contact(context.arguments.Get("contact"));
  COURANT_RETURN_IF_ERROR(ReadAction(context.arguments, request));
  const Question question = {
      [&request](const v1::Article&) {
        return absl::StrCat(
            "When another person confirms it, the text of every revision is "
            "erased, for everybody and for ever, and whoever has taken it is "
            "told to ",
            ActionOf(request),
            ". A kill cannot be undone. Until then nothing changes for "
            "readers.");
      },
      "Ask for the kill?"};
  COURANT_RETURN_IF_ERROR(Confirm(request.name(), question, context).status());
  const auto article = context.connection.KillArticle(request);
  COURANT_RETURN_IF_ERROR(ReportWrite(article, request.name(), context));
  context.console.out.flush();
  context.console.err << "courant: another person has to confirm before "
                      << TimeText(article->kill_request().expire_time())
                      << ": courant article kill "
                      << OneLine(absl::StripPrefix(request.name(), "articles/"))
                      << " --confirm --actor WHO\n";
  return absl::OkStatus();
}

absl::Status Kill(Context& context) {
  return context.arguments.Has("confirm") ? ConfirmKill(context)
                                          : RequestKill(context);
}

Option ReasonOption(const char* help, Use use) {
  return {"reason", "TEXT", help, use};
}

Option ContactOption() {
  return {"contact", "WHO", "Whom to ask; else as the server is configured"};
}

constexpr char kReasonHelp[] = "Why, in words that subscribers read";

// Of a command that takes something back.
std::vector<Option> TakeBackOptions(Option reason) {
  return {
      std::move(reason),
      ContactOption(),
      {"action",
       "ACTION",
       "What subscribers must do; else remove",
       Use::kOptional,
       {"remove", "replace", "review"}},
      {"replacement", "NAME", "The article to put in its place"},
      EtagOption(),
  };
}

Command KillCommand() {
  std::vector<Option> options =
      TakeBackOptions(ReasonOption(kReasonHelp, Use::kOptional));
  options.push_back({"confirm", "",
                     "Agree to the kill that another person asked for",
                     Use::kSwitch});
  return {"article",
          "kill",
          "Take an article back for ever, in every revision: one asks, "
          "another confirms",
          "courant article kill rail-talks --reason \"Court order.\" --actor "
          "desk/kim\n"
          "  courant article kill rail-talks --confirm --actor desk/lee",
          ArticleOperand(),
          std::move(options),
          true,
          Kill};
}

}  // namespace

std::vector<Command> ArticleStopCommands() {
  return {
      {"article",
       "hold",
       "Stop the use of an article at once, for now",
       "courant article hold rail-talks --reason \"The figures are being "
       "checked.\" --contact desk@courier.example",
       ArticleOperand(),
       {ReasonOption(kReasonHelp, Use::kRequired), ContactOption(),
        EtagOption()},
       true,
       Hold},
      {"article",
       "release",
       "End a hold",
       "courant article release rail-talks --reason \"The figures are right.\"",
       ArticleOperand(),
       {ReasonOption("Why, for the history", Use::kOptional), EtagOption()},
       true,
       Release},
      {"article", "withdraw", "Take an article back; it can be restored",
       "courant article withdraw rail-talks --reason \"Sent twice.\" "
       "--replacement rail-talks-2",
       ArticleOperand(),
       TakeBackOptions(ReasonOption(kReasonHelp, Use::kRequired)), true,
       Withdraw},
      {"article",
       "restore",
       "Bring a withdrawn article back",
       "courant article restore rail-talks --reason \"Was withdrawn by "
       "mistake.\"",
       ArticleOperand(),
       {ReasonOption("Why, for the history", Use::kRequired), EtagOption()},
       true,
       Restore},
      KillCommand(),
  };
}

}  // namespace courant

#include "services/cli/translation_work_commands.h"

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "services/cli/article_fields.h"
#include "services/cli/connection.h"
#include "services/cli/error_text.h"
#include "services/cli/translation_options.h"
#include "services/cli/translation_report.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

using Use = Option::Use;

absl::StatusOr<v1::CreateTranslationRequest> WorkToAskFor(
    const Arguments& given, absl::Time now) {
  v1::CreateTranslationRequest request;
  request.set_parent(ArticleName(given.operands().front()));
  request.set_translation_id(given.Get("id"));
  v1::Translation& translation = *request.mutable_translation();
  translation.set_language(given.Get("language"));
  translation.set_note(given.Get("note"));
  if (given.Has("adaptation")) {
    translation.set_kind(v1::Translation::ADAPTATION);
  }
  if (given.Has("scope")) {
    auto scope = v1::Translation::SCOPE_UNSPECIFIED;
    v1::Translation::Scope_Parse(
        absl::StrReplaceAll(absl::AsciiStrToUpper(given.Get("scope")),
                            {{"-", "_"}}),
        &scope);
    translation.set_scope(scope);
  }
  if (given.Has("due")) {
    COURANT_ASSIGN_OR_RETURN(*translation.mutable_due_time(),
                             ReadMomentOption(given, "due", now));
  }
  int priority = 0;
  if (given.Has("priority") &&
      (!absl::SimpleAtoi(given.Get("priority"), &priority) || priority < 1 ||
       priority > 9)) {
    return UsageError("--priority must be 1 (first) to 9 (last)");
  }
  translation.set_priority(priority);
  return request;
}

absl::Status RequestWork(Context& context) {
  COURANT_ASSIGN_OR_RETURN(v1::CreateTranslationRequest request,
                           WorkToAskFor(context.arguments, context.now));
  request.set_request_id(context.request_id);
  const std::string name =
      absl::StrCat(request.parent(), "/translations/",
                   request.translation_id().empty()
                       ? absl::AsciiStrToLower(request.translation().language())
                       : request.translation_id());
  return ReportTranslation(context.connection.CreateTranslation(request), name,
                           context);
}

// What whoever has just taken work can do.
void SayWhatToDo(const v1::Translation& translation, Context& context) {
  const std::string name = ShortTranslationName(translation.name());
  SayNext(
      translation.task().lease().role() == v1::Lease::REVIEW
          ? absl::StrCat("courant translation review ", name, ", then approve ",
                         name, " or reject ", name, " --comment TEXT")
          : absl::StrCat("courant translation edit ", name, ", then submit ",
                         name),
      context);
}

absl::Status ClaimNext(Context& context) {
  const Arguments& given = context.arguments;
  if (!given.Has("language")) {
    return UsageError("--next needs --language: what you can write");
  }
  v1::ClaimNextTranslationRequest request;
  for (const std::string& tag : given.All("language")) {
    request.add_languages(tag);
  }
  for (const std::string& tag : given.All("source-language")) {
    request.add_source_languages(tag);
  }
  if (given.Has("review")) request.set_role(v1::Lease::REVIEW);
  COURANT_ASSIGN_OR_RETURN(const int lease, ReadLease(given));
  request.set_lease_seconds(lease);
  request.set_request_id(context.request_id);
  const auto translation = context.connection.ClaimNextTranslation(request);
  COURANT_RETURN_IF_ERROR(ReportTranslation(
      translation, translation.ok() ? translation->name() : "", context));
  SayWhatToDo(*translation, context);
  return absl::OkStatus();
}

absl::Status Claim(Context& context) {
  const Arguments& given = context.arguments;
  if (given.Has("next") != given.operands().empty()) {
    return UsageError("give either NAME or --next");
  }
  if (given.Has("next")) return ClaimNext(context);
  for (const char* option : {"language", "source-language"}) {
    if (given.Has(option)) {
      return UsageError(absl::StrCat("--", option, " goes with --next alone"));
    }
  }
  v1::ClaimTranslationRequest request;
  COURANT_ASSIGN_OR_RETURN(*request.mutable_name(),
                           TranslationName(given.operands().front()));
  if (given.Has("review")) request.set_role(v1::Lease::REVIEW);
  COURANT_ASSIGN_OR_RETURN(const int lease, ReadLease(given));
  request.set_lease_seconds(lease);
  request.set_request_id(context.request_id);
  const auto translation = context.connection.ClaimTranslation(request);
  COURANT_RETURN_IF_ERROR(
      ReportTranslation(translation, request.name(), context));
  SayWhatToDo(*translation, context);
  return absl::OkStatus();
}

// Sends a request that has a name, a token and a request id, by `method`.
template <typename Request>
absl::Status SendWithToken(
    absl::StatusOr<v1::Translation> (Connection::*method)(const Request&),
    Request request, Context& context) {
  COURANT_ASSIGN_OR_RETURN(
      *request.mutable_name(),
      TranslationName(context.arguments.operands().front()));
  COURANT_ASSIGN_OR_RETURN(const int64_t token,
                           TokenFor(request.name(), context));
  request.set_fencing_token(token);
  request.set_request_id(context.request_id);
  return ReportTranslation((context.connection.*method)(request),
                           request.name(), context, token);
}

absl::Status Renew(Context& context) {
  v1::RenewTranslationLeaseRequest request;
  COURANT_ASSIGN_OR_RETURN(const int lease, ReadLease(context.arguments));
  request.set_lease_seconds(lease);
  return SendWithToken(&Connection::RenewTranslationLease, std::move(request),
                       context);
}

absl::Status Submit(Context& context) {
  return SendWithToken(&Connection::SubmitTranslation,
                       v1::SubmitTranslationRequest(), context);
}

absl::Status ReleaseWork(Context& context) {
  return SendWithToken(&Connection::ReleaseTranslation,
                       v1::ReleaseTranslationRequest(), context);
}

absl::Status Revoke(Context& context) {
  v1::RevokeTranslationLeaseRequest request;
  COURANT_ASSIGN_OR_RETURN(
      *request.mutable_name(),
      TranslationName(context.arguments.operands().front()));
  request.set_request_id(context.request_id);
  return ReportTranslation(context.connection.RevokeTranslationLease(request),
                           request.name(), context);
}

absl::Status CancelWork(Context& context) {
  v1::CancelTranslationRequest request;
  COURANT_ASSIGN_OR_RETURN(
      *request.mutable_name(),
      TranslationName(context.arguments.operands().front()));
  request.set_reason(context.arguments.Get("reason"));
  request.set_etag(context.arguments.Get("etag"));
  request.set_request_id(context.request_id);
  return ReportTranslation(context.connection.CancelTranslation(request),
                           request.name(), context);
}

Command RequestCommand() {
  return {"translation",
          "request",
          "Ask for a translation of an article",
          "courant translation request talks --language en --due +3h "
          "--priority 2 --note \"For the evening.\"",
          {"ARTICLE", "What to translate: articles/ID, or ID alone",
           Operand::Use::kRequired},
          {{"language", "TAG", "BCP 47 tag of the result", Use::kRequired},
           {"scope",
            "WHAT",
            "Which texts of it; else full",
            Use::kOptional,
            {"full", "headline", "headline-and-decks", "captions"}},
           {"adaptation", "",
            "Rewritten for other readers, and not compared by segment",
            Use::kSwitch},
           {"due", "TIME", "When it is wanted: 2026-03-02T15:10+09:00, or +3h"},
           {"priority", "N", "1 (first) to 9 (last) in the queue; else 5"},
           {"note", "TEXT", "Words to whoever takes it"},
           {"id", "ID", "The last part of its name; else the language"}},
          true,
          RequestWork};
}

Command ClaimCommand() {
  Operand operand = TranslationOperand();
  operand.use = Operand::Use::kOptional;
  return {"translation",
          "claim",
          "Take work, to translate or to review; prints the fencing token",
          "courant translation claim talks/en --actor desk/kim\n"
          "  courant translation claim --next --language en --language fr",
          std::move(operand),
          {{"next", "", "The first in the queue instead of NAME", Use::kSwitch},
           {"language", "TAG", "With --next: a language that you write",
            Use::kRepeated},
           {"source-language", "TAG",
            "With --next: a language that you read; else any", Use::kRepeated},
           {"review", "", "To review what another person has translated",
            Use::kSwitch},
           LeaseOption()},
          true,
          Claim};
}

}  // namespace

std::vector<Command> TranslationWorkCommands() {
  return {
      RequestCommand(),
      ClaimCommand(),
      {"translation",
       "renew",
       "Keep work for longer",
       "courant translation renew talks/en --lease 1h",
       TranslationOperand(),
       {LeaseOption(), TokenOption()},
       true,
       Renew},
      {"translation",
       "submit",
       "Say that the translation is done and can be reviewed",
       "courant translation submit talks/en --actor desk/kim",
       TranslationOperand(),
       {TokenOption()},
       true,
       Submit},
      {"translation",
       "release",
       "Give work back; the texts stay",
       "courant translation release talks/en",
       TranslationOperand(),
       {TokenOption()},
       true,
       ReleaseWork},
      {"translation",
       "revoke",
       "Take work away from whoever has it; the texts stay",
       "courant translation revoke talks/en --actor desk/lee",
       TranslationOperand(),
       {},
       true,
       Revoke},
      {"translation",
       "cancel",
       "Call work off; the texts stay",
       "courant translation cancel talks/en --reason \"No room.\"",
       TranslationOperand(),
       {{"reason", "TEXT", "Why", Use::kRequired},
        {"etag", "ETAG", "Refuse when the translation is not at this etag"}},
       true,
       CancelWork},
  };
}

}  // namespace courant

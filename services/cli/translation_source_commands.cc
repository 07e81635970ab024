#include "services/cli/translation_source_commands.h"

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "services/cli/article_fields.h"
#include "services/cli/confirmation.h"
#include "services/cli/connection.h"
#include "services/cli/display_width.h"
#include "services/cli/error_text.h"
#include "services/cli/translation_options.h"
#include "services/cli/translation_report.h"
#include "services/cli/translation_text.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

using Use = Option::Use;

absl::Status PublishThem(Context& context) {
  const Arguments& given = context.arguments;
  v1::PublishTranslationRequest request;
  for (const std::string& text : given.operands()) {
    COURANT_ASSIGN_OR_RETURN(*request.add_names(), TranslationName(text));
  }
  request.set_override_reason(given.Get("override-reason"));
  const std::string change_class = given.Get("class");
  if (change_class == "update") {
    request.set_change_class(v1::ChangeNote::UPDATE);
  } else if (change_class == "refile") {
    request.set_change_class(v1::ChangeNote::REFILE);
  } else if (change_class == "correction") {
    request.set_change_class(v1::ChangeNote::CORRECTION);
  }
  if (given.Has("schedule")) {
    COURANT_ASSIGN_OR_RETURN(*request.mutable_schedule_time(),
                             ReadMomentOption(given, "schedule", context.now));
  }
  if (given.Has("embargo")) {
    COURANT_ASSIGN_OR_RETURN(*request.mutable_embargo_until(),
                             ReadMomentOption(given, "embargo", context.now));
  }
  request.set_request_id(context.request_id);
  const auto response = context.connection.PublishTranslation(request);
  if (!response.ok()) {
    return WithTranslationHints(response.status(), request.names(0), context);
  }
  for (const v1::Translation& translation : response->translations()) {
    COURANT_RETURN_IF_ERROR(
        ReportTranslation(translation, translation.name(), context));
  }
  return absl::OkStatus();
}

absl::Status Rebase(Context& context) {
  v1::RebaseTranslationRequest request;
  COURANT_ASSIGN_OR_RETURN(
      *request.mutable_name(),
      TranslationName(context.arguments.operands().front()));
  COURANT_ASSIGN_OR_RETURN(const int64_t token,
                           TokenIfAny(request.name(), context));
  request.set_fencing_token(token);
  request.set_etag(context.arguments.Get("etag"));
  request.set_request_id(context.request_id);
  const auto translation = context.connection.RebaseTranslation(request);
  COURANT_RETURN_IF_ERROR(
      ReportTranslation(translation, request.name(), context, token));
  const v1::TranslationTask::State state = translation->task().state();
  if (state == v1::TranslationTask::REQUESTED ||
      state == v1::TranslationTask::CLAIMED ||
      state == v1::TranslationTask::TRANSLATING) {
    SayNext(absl::StrCat("courant translation edit ",
                         ShortTranslationName(request.name())),
            context);
  }
  return absl::OkStatus();
}

// The revision whose differences the user has read, now or before.
absl::StatusOr<int64_t> ReadRevision(const std::string& name,
                                     Context& context) {
  int64_t revision = 0;
  if (context.arguments.Has("revision")) {
    if (!absl::SimpleAtoi(context.arguments.Get("revision"), &revision) ||
        revision < 1) {
      return UsageError("--revision must be a number from 1");
    }
    return revision;
  }
  v1::DiffTranslationSourceRequest request;
  request.set_name(name);
  COURANT_ASSIGN_OR_RETURN(const v1::DiffTranslationSourceResponse diff,
                           context.connection.DiffTranslationSource(request));
  const std::string facts = absl::StrCat(
      OneLine(name), ": source revision ", diff.bound_revision(), " to ",
      diff.source_revision(), "\n\n",
      SourceChangesText({diff.changes().begin(), diff.changes().end()},
                        context.console.err_terminal),
      "\n");
  COURANT_RETURN_IF_ERROR(ConfirmWords(
      facts, "Every text of the translation counts as right for that revision.",
      "Is it still right?", context));
  return diff.source_revision();
}

absl::Status ConfirmStillRight(Context& context) {
  v1::ConfirmTranslationRequest request;
  COURANT_ASSIGN_OR_RETURN(
      *request.mutable_name(),
      TranslationName(context.arguments.operands().front()));
  COURANT_ASSIGN_OR_RETURN(const int64_t revision,
                           ReadRevision(request.name(), context));
  request.set_source_revision(revision);
  COURANT_ASSIGN_OR_RETURN(const int64_t token,
                           TokenIfAny(request.name(), context));
  request.set_fencing_token(token);
  request.set_request_id(context.request_id);
  return ReportTranslation(context.connection.ConfirmTranslation(request),
                           request.name(), context, token);
}

absl::Status Detach(Context& context) {
  v1::DetachTranslationRequest request;
  COURANT_ASSIGN_OR_RETURN(
      *request.mutable_name(),
      TranslationName(context.arguments.operands().front()));
  request.set_etag(context.arguments.Get("etag"));
  request.set_request_id(context.request_id);
  COURANT_RETURN_IF_ERROR(ConfirmWords(
      absl::StrCat(OneLine(request.name()), "\n"),
      "It becomes an adaptation: when its source changes, nobody is told in "
      "which sentences. Holds, withdrawals and kills still reach it. This "
      "cannot be undone.",
      "Detach it?", context));
  return ReportTranslation(context.connection.DetachTranslation(request),
                           request.name(), context);
}

Command PublishCommand() {
  Operand operand = TranslationOperand();
  operand.use = Operand::Use::kRepeated;
  return {"translation",
          "publish",
          "Publish what was approved; several languages go out together",
          "courant translation publish talks/en talks/fr --actor desk/lee",
          std::move(operand),
          {{"override-reason", "TEXT",
            "Why it goes out although the source was corrected since"},
           {"class",
            "CLASS",
            "What a new revision is to readers; else the server decides",
            Use::kOptional,
            {"update", "refile", "correction"}},
           {"schedule", "TIME", "When: 2026-03-02T15:10+09:00, or +30m"},
           {"embargo", "TIME", "Nobody outside sees it before"}},
          true,
          PublishThem};
}

}  // namespace

std::vector<Command> TranslationSourceCommands() {
  const Option etag = {"etag", "ETAG",
                       "Refuse when the translation is not at this etag"};
  return {
      PublishCommand(),
      {"translation",
       "rebase",
       "Bind to the newest revision of the source; what changed is to be "
       "redone",
       "courant translation rebase talks/en",
       TranslationOperand(),
       {etag, TokenOption()},
       true,
       Rebase},
      {"translation",
       "confirm",
       "Say that it is still right for the newest revision of its source",
       "courant translation confirm talks/en --revision 5",
       TranslationOperand(),
       {{"revision", "N",
         "The revision of the source that you have read; else it shows the "
         "differences and asks"},
        TokenOption()},
       true,
       ConfirmStillRight},
      {"translation",
       "detach",
       "Make an adaptation of it, not compared by segment any more",
       "courant translation detach talks/en --yes",
       TranslationOperand(),
       {etag},
       true,
       Detach},
  };
}

}  // namespace courant

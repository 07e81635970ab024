#include "services/cli/article_write_commands.h"

#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/strip.h"
#include "services/cli/article_fields.h"
#include "services/cli/connection.h"
#include "services/cli/error_text.h"
#include "services/cli/write_report.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

using Use = Option::Use;

absl::Status Create(Context& context) {
  const Arguments& given = context.arguments;
  v1::CreateArticleRequest request;
  v1::Article& article = *request.mutable_article();
  COURANT_RETURN_IF_ERROR(
      ReadArticleFields(given, context.console.in, context.now, article)
          .status());
  if (given.Has("story")) article.set_story(StoryName(given.Get("story")));
  if (given.Has("translation-of")) {
    article.mutable_translation_of()->set_article(
        ArticleName(given.Get("translation-of")));
  }
  request.set_article_id(
      std::string(absl::StripPrefix(given.Get("id"), "articles/")));
  request.set_request_id(context.request_id);
  request.set_initial_state(given.Has("publish")
                                ? v1::CreateArticleRequest::PUBLISHED
                                : v1::CreateArticleRequest::DRAFT);
  const std::string name = ArticleName(request.article_id());
  return ReportWrite(context.connection.CreateArticle(request), name, context);
}

absl::Status Update(Context& context) {
  const Arguments& given = context.arguments;
  v1::UpdateArticleRequest request;
  v1::Article& article = *request.mutable_article();
  article.set_name(ArticleName(given.operands().front()));
  article.set_etag(given.Get("etag"));
  COURANT_ASSIGN_OR_RETURN(
      *request.mutable_update_mask(),
      ReadArticleFields(given, context.console.in, context.now, article));
  if (request.update_mask().paths().empty()) {
    return UsageError("nothing to change: give --headline, --body or another");
  }
  request.set_request_id(context.request_id);
  return ReportWrite(context.connection.UpdateArticle(request), article.name(),
                     context);
}

absl::Status Publish(Context& context) {
  v1::PublishArticleRequest request;
  request.set_name(ArticleName(context.arguments.operands().front()));
  request.set_etag(context.arguments.Get("etag"));
  request.set_request_id(context.request_id);
  if (context.arguments.Has("embargo")) {
    COURANT_ASSIGN_OR_RETURN(
        *request.mutable_embargo_until(),
        ReadMomentOption(context.arguments, "embargo", context.now));
  }
  return ReportWrite(context.connection.PublishArticle(request), request.name(),
                     context);
}

absl::Status Schedule(Context& context) {
  v1::ScheduleArticleRequest request;
  request.set_name(ArticleName(context.arguments.operands().front()));
  request.set_etag(context.arguments.Get("etag"));
  request.set_request_id(context.request_id);
  COURANT_ASSIGN_OR_RETURN(
      *request.mutable_schedule_time(),
      ReadMomentOption(context.arguments, "at", context.now));
  return ReportWrite(context.connection.ScheduleArticle(request),
                     request.name(), context);
}

absl::Status Unschedule(Context& context) {
  v1::UnscheduleArticleRequest request;
  request.set_name(ArticleName(context.arguments.operands().front()));
  request.set_etag(context.arguments.Get("etag"));
  request.set_request_id(context.request_id);
  return ReportWrite(context.connection.UnscheduleArticle(request),
                     request.name(), context);
}

Command CreateCommand() {
  std::vector<Option> options = ArticleFieldOptions();
  for (Option& option : options) {
    if (option.name == "language") option.use = Use::kRequired;
  }
  options.push_back({"story", "STORY", "The story that it belongs to"});
  options.push_back(
      {"translation-of", "NAME", "The article that it was translated from"});
  options.push_back({"id", "ID", "Its id; else the server chooses one"});
  options.push_back({"publish", "", "Publish it at once", Use::kSwitch});
  return {"article",
          "create",
          "Create an article, as a draft unless told otherwise",
          "courant article create --headline \"Rail talks resume\" "
          "--language en \\\n"
          "      --body \"Talks resumed on Monday.\" --copyright \"© The "
          "Courier\" --section news --publish",
          {},
          std::move(options),
          true,
          Create};
}

}  // namespace

std::vector<Command> ArticleWriteCommands() {
  std::vector<Option> changes = ArticleFieldOptions();
  changes.push_back(EtagOption());
  return {
      CreateCommand(),
      {"article", "update", "Change the fields that are given, and no other",
       "courant article update rail-talks --headline \"Rail talks resume "
       "today\"",
       ArticleOperand(), std::move(changes), true, Update},
      {"article",
       "publish",
       "Publish a draft now, or lift an embargo",
       "courant article publish rail-talks --actor desk/kim",
       ArticleOperand(),
       {{"embargo", "TIME",
         "Nobody outside sees it before: 2026-03-02T15:10+09:00, or +2h from "
         "now"},
        EtagOption()},
       true,
       Publish},
      {"article",
       "schedule",
       "Have a draft published at a time, or move that time",
       "courant article schedule rail-talks --at \"2026-03-02 15:10+09:00\"",
       ArticleOperand(),
       {{"at", "TIME",
         "When: 2026-03-02T15:10+09:00, with the offset, or +30m from now",
         Use::kRequired},
        EtagOption()},
       true,
       Schedule},
      {"article",
       "unschedule",
       "Make a scheduled article a draft again",
       "courant article unschedule rail-talks",
       ArticleOperand(),
       {EtagOption()},
       true,
       Unschedule},
  };
}

}  // namespace courant

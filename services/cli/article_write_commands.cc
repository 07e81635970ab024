#include "services/cli/article_write_commands.h"

#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "services/cli/article_fields.h"
#include "services/cli/connection.h"
#include "services/cli/error_text.h"
#include "services/cli/json_text.h"
#include "storage/base/status_macros.h"

namespace courant {
namespace {

using Use = Option::Use;

// Prints the answer to a write. When it is not known whether the write took
// effect, says how to find out.
absl::Status Report(const absl::StatusOr<v1::Article>& article,
                    Context& context) {
  if (absl::IsUnavailable(article.status()) ||
      absl::IsDeadlineExceeded(article.status())) {
    return WithHint(article.status(),
                    absl::StrCat("to try the same again, at most once in "
                                 "effect: --request-id ",
                                 context.request_id));
  }
  COURANT_RETURN_IF_ERROR(article.status());
  if (context.output == OutputFormat::kJson) {
    context.console.out << JsonLine(*article) << '\n';
  } else {
    context.console.out << article->name() << "  "
                        << v1::Article::State_Name(article->state())
                        << "  revision " << article->revision() << "  change "
                        << article->change_sequence() << '\n';
  }
  return absl::OkStatus();
}

absl::Status Create(Context& context) {
  const Arguments& given = context.arguments;
  v1::CreateArticleRequest request;
  v1::Article& article = *request.mutable_article();
  COURANT_RETURN_IF_ERROR(
      ReadArticleFields(given, context.console.in, article).status());
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
  return Report(context.connection.CreateArticle(request), context);
}

absl::Status Update(Context& context) {
  const Arguments& given = context.arguments;
  v1::UpdateArticleRequest request;
  v1::Article& article = *request.mutable_article();
  article.set_name(ArticleName(given.operands().front()));
  article.set_etag(given.Get("etag"));
  COURANT_ASSIGN_OR_RETURN(
      *request.mutable_update_mask(),
      ReadArticleFields(given, context.console.in, article));
  if (request.update_mask().paths().empty()) {
    return UsageError("nothing to change: give --headline, --body or another");
  }
  request.set_request_id(context.request_id);
  return Report(context.connection.UpdateArticle(request), context);
}

absl::Status Publish(Context& context) {
  v1::PublishArticleRequest request;
  request.set_name(ArticleName(context.arguments.operands().front()));
  request.set_etag(context.arguments.Get("etag"));
  request.set_request_id(context.request_id);
  return Report(context.connection.PublishArticle(request), context);
}

Option EtagOption() {
  return {"etag", "ETAG", "Refuse when the article is not at this etag"};
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
       "Publish a draft, for everybody and at once",
       "courant article publish rail-talks --actor desk/kim",
       ArticleOperand(),
       {EtagOption()},
       true,
       Publish},
  };
}

}  // namespace courant

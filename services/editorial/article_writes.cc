#include "services/editorial/article_writes.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "services/editorial/article_decisions.h"
#include "services/editorial/article_id.h"
#include "services/editorial/request_fingerprint.h"
#include "services/editorial/rules/canonical.h"
#include "services/editorial/rules/identifiers.h"
#include "services/editorial/rules/validation.h"
#include "storage/base/status_macros.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

absl::StatusOr<Command> CreateCommandOf(
    v1::CreateArticleRequest::InitialState state) {
  switch (state) {
    case v1::CreateArticleRequest::INITIAL_STATE_UNSPECIFIED:
    case v1::CreateArticleRequest::DRAFT:
      return Command::kCreate;
    case v1::CreateArticleRequest::PUBLISHED:
      return Command::kCreatePublished;
    default:
      return InvalidField("initial_state", "must be DRAFT or PUBLISHED");
  }
}

absl::Status CheckCaller(const RequestContext& context,
                         absl::string_view request_id) {
  COURANT_RETURN_IF_ERROR(ValidateActor(context.actor, "courant-actor"));
  return ValidateRequestId(request_id, "request_id");
}

}  // namespace

absl::StatusOr<std::string> ArticleWrites::CreateArticle(
    const RequestContext& context, const v1::CreateArticleRequest& request) {
  COURANT_RETURN_IF_ERROR(CheckCaller(context, request.request_id()));
  if (!request.has_article()) return RequiredField("article");
  CreateCommand command{.article_id = request.article_id(),
                        .article = request.article(),
                        .publisher_domain = options_.publisher_domain};
  COURANT_ASSIGN_OR_RETURN(command.command,
                           CreateCommandOf(request.initial_state()));
  if (command.article_id.empty()) {
    command.article_id = NewArticleId(clock_.Now());
  }
  COURANT_RETURN_IF_ERROR(ValidateArticleId(command.article_id, "article_id"));
  ClearOutputOnly(&command.article);
  COURANT_RETURN_IF_ERROR(ValidateArticle(command.article, "article"));
  Canonicalize(nullptr, &command.article);
  const auto decide = [&](const storage::DecisionContext& at_tail) {
    return DecideCreate(at_tail, command);
  };
  if (request.validate_only()) return Rehearse(decide);
  return Commit(context, request.request_id(), request, decide);
}

absl::StatusOr<std::string> ArticleWrites::UpdateArticle(
    const RequestContext& context, const v1::UpdateArticleRequest& request) {
  COURANT_RETURN_IF_ERROR(CheckCaller(context, request.request_id()));
  if (!request.has_article()) return RequiredField("article");
  COURANT_ASSIGN_OR_RETURN(
      const std::string article_id,
      ParseArticleName(request.article().name(), "article.name"));
  const UpdateCommand command{.article_id = article_id,
                              .patch = request.article(),
                              .mask = request.update_mask()};
  std::string unchanged;
  COURANT_ASSIGN_OR_RETURN(std::string answer,
                           Commit(context, request.request_id(), request,
                                  [&](const storage::DecisionContext& at_tail) {
                                    return DecideUpdate(at_tail, command,
                                                        &unchanged);
                                  }));
  return answer.empty() ? std::move(unchanged) : std::move(answer);
}

absl::StatusOr<std::string> ArticleWrites::PublishArticle(
    const RequestContext& context, const v1::PublishArticleRequest& request) {
  COURANT_RETURN_IF_ERROR(CheckCaller(context, request.request_id()));
  COURANT_ASSIGN_OR_RETURN(const std::string article_id,
                           ParseArticleName(request.name(), "name"));
  return Commit(context, request.request_id(), request,
                [&](const storage::DecisionContext& at_tail) {
                  return DecidePublish(at_tail, article_id, request.etag());
                });
}

absl::StatusOr<std::string> ArticleWrites::Commit(
    const RequestContext& context, const std::string& request_id,
    const google::protobuf::Message& request, storage::Decide decide) {
  // One UUID has two spellings.
  const std::string id = absl::AsciiStrToLower(request_id);
  const std::string fingerprint =
      id.empty() ? std::string() : RequestFingerprint(context.method, request);
  COURANT_ASSIGN_OR_RETURN(storage::Committed committed,
                           committer_.Commit({.actor = context.actor,
                                              .request_id = id,
                                              .fingerprint = fingerprint},
                                             decide));
  return std::move(committed.article);
}

absl::StatusOr<std::string> ArticleWrites::Rehearse(
    storage::Decide decide) const {
  const storage::View view(database_);
  COURANT_ASSIGN_OR_RETURN(
      const storage::Decision decision,
      decide(storage::DecisionContext{view, clock_.Now()}));
  return decision.back().article.SerializeAsString();
}

}  // namespace courant

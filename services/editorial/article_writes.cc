#include "services/editorial/article_writes.h"

#include <utility>

#include "services/editorial/article_decisions.h"
#include "services/editorial/article_id.h"
#include "services/editorial/proposal.h"
#include "services/editorial/rules/canonical.h"
#include "services/editorial/rules/identifiers.h"
#include "services/editorial/rules/request_rules.h"
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

}  // namespace

void ArticleWrites::SetPublisherContact(std::string contact) {
  MutexLock lock(mu_);
  publisher_contact_ = std::move(contact);
}

void ArticleWrites::SetKillConfirmWindow(absl::Duration window) {
  MutexLock lock(mu_);
  kill_confirm_window_ = window;
}

std::string ArticleWrites::publisher_contact() const {
  MutexLock lock(mu_);
  return publisher_contact_;
}

absl::Duration ArticleWrites::kill_confirm_window() const {
  MutexLock lock(mu_);
  return kill_confirm_window_;
}

absl::StatusOr<ArticleWrite> ArticleWrites::PrepareCreate(
    const RequestContext& context, v1::CreateArticleRequest request) const {
  ArticleWrite write;
  COURANT_ASSIGN_OR_RETURN(write.proposal,
                           Propose(context, request.request_id(), request));
  write.proposal.validate_only = request.validate_only();
  if (!request.has_article()) return RequiredField("article");
  CreateCommand command{.article_id = std::move(*request.mutable_article_id()),
                        .article = std::move(*request.mutable_article()),
                        .publisher_domain = publisher_domain_,
                        .actor = context.actor};
  COURANT_ASSIGN_OR_RETURN(command.command,
                           CreateCommandOf(request.initial_state()));
  if (command.article_id.empty()) {
    command.article_id = NewArticleId(clock_.Now());
  }
  COURANT_RETURN_IF_ERROR(ValidateArticleId(command.article_id, "article_id"));
  ClearOutputOnly(&command.article);
  COURANT_RETURN_IF_ERROR(ValidateArticle(command.article, "article"));
  Canonicalize(nullptr, &command.article);
  write.decide =
      [command = std::move(command)](const storage::DecisionContext& at_tail) {
        return DecideCreate(at_tail, command);
      };
  return write;
}

absl::StatusOr<ArticleWrite> ArticleWrites::PrepareUpdate(
    const RequestContext& context, v1::UpdateArticleRequest request) const {
  ArticleWrite write;
  COURANT_ASSIGN_OR_RETURN(write.proposal,
                           Propose(context, request.request_id(), request));
  if (!request.has_article()) return RequiredField("article");
  COURANT_ASSIGN_OR_RETURN(
      std::string article_id,
      ParseArticleName(request.article().name(), "article.name"));
  write.decide =
      [article_id = std::move(article_id), request = std::move(request),
       actor = context.actor](const storage::DecisionContext& at_tail) {
        return DecideUpdate(at_tail, {.article_id = article_id,
                                      .patch = request.article(),
                                      .mask = request.update_mask(),
                                      .actor = actor});
      };
  return write;
}

absl::StatusOr<ArticleWrite> ArticleWrites::PreparePublish(
    const RequestContext& context, v1::PublishArticleRequest request) const {
  ArticleWrite write;
  COURANT_ASSIGN_OR_RETURN(write.proposal,
                           Propose(context, request.request_id(), request));
  COURANT_ASSIGN_OR_RETURN(std::string article_id,
                           ParseArticleName(request.name(), "name"));
  PublishCommand command{
      .target = {std::move(article_id), std::move(*request.mutable_etag())},
      .actor = context.actor};
  if (request.has_embargo_until()) {
    COURANT_RETURN_IF_ERROR(
        CheckTime(true, request.embargo_until(), "embargo_until"));
    command.embargo_until = request.embargo_until();
  }
  write.decide =
      [command = std::move(command)](const storage::DecisionContext& at_tail) {
        return DecidePublish(at_tail, command);
      };
  return write;
}

void ArticleWrites::Run(ArticleWrite write, UnaryDone done) {
  committer_.Submit(std::move(write.proposal), std::move(write.decide),
                    AnswerWithRecord(std::move(done)));
}

}  // namespace courant

#include "services/cli/connection.h"

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/cli/connection_stubs.h"
#include "storage/base/status_macros.h"

namespace courant {

Connection::Connection(Options options, StopSource& stop)
    : options_(std::move(options)),
      stop_(stop),
      stubs_(std::make_unique<Stubs>(
          MakeChannel(options_.address, grpc::InsecureChannelCredentials()))) {}

Connection::~Connection() = default;

absl::StatusOr<v1::Article> Connection::CreateArticle(
    const v1::CreateArticleRequest& request) {
  return Call(options_, stop_, stubs_->articles,
              &v1::ArticleService::Stub::CreateArticle, request);
}

absl::StatusOr<v1::Article> Connection::GetArticle(
    const v1::GetArticleRequest& request) {
  return Call(options_, stop_, stubs_->articles,
              &v1::ArticleService::Stub::GetArticle, request);
}

absl::StatusOr<v1::ListArticlesResponse> Connection::ListArticles(
    const v1::ListArticlesRequest& request) {
  return Call(options_, stop_, stubs_->articles,
              &v1::ArticleService::Stub::ListArticles, request);
}

absl::StatusOr<v1::Article> Connection::UpdateArticle(
    const v1::UpdateArticleRequest& request) {
  return Call(options_, stop_, stubs_->articles,
              &v1::ArticleService::Stub::UpdateArticle, request);
}

absl::StatusOr<v1::Article> Connection::PublishArticle(
    const v1::PublishArticleRequest& request) {
  return Call(options_, stop_, stubs_->articles,
              &v1::ArticleService::Stub::PublishArticle, request);
}

absl::StatusOr<v1::Article> Connection::ScheduleArticle(
    const v1::ScheduleArticleRequest& request) {
  return Call(options_, stop_, stubs_->articles,
              &v1::ArticleService::Stub::ScheduleArticle, request);
}

absl::StatusOr<v1::Article> Connection::UnscheduleArticle(
    const v1::UnscheduleArticleRequest& request) {
  return Call(options_, stop_, stubs_->articles,
              &v1::ArticleService::Stub::UnscheduleArticle, request);
}

absl::StatusOr<v1::Article> Connection::CorrectArticle(
    const v1::CorrectArticleRequest& request) {
  return Call(options_, stop_, stubs_->articles,
              &v1::ArticleService::Stub::CorrectArticle, request);
}

absl::StatusOr<v1::Article> Connection::RefileArticle(
    const v1::RefileArticleRequest& request) {
  return Call(options_, stop_, stubs_->articles,
              &v1::ArticleService::Stub::RefileArticle, request);
}

absl::StatusOr<v1::Article> Connection::HoldArticle(
    const v1::HoldArticleRequest& request) {
  return Call(options_, stop_, stubs_->articles,
              &v1::ArticleService::Stub::HoldArticle, request);
}

absl::StatusOr<v1::Article> Connection::ReleaseArticle(
    const v1::ReleaseArticleRequest& request) {
  return Call(options_, stop_, stubs_->articles,
              &v1::ArticleService::Stub::ReleaseArticle, request);
}

absl::StatusOr<v1::Article> Connection::WithdrawArticle(
    const v1::WithdrawArticleRequest& request) {
  return Call(options_, stop_, stubs_->articles,
              &v1::ArticleService::Stub::WithdrawArticle, request);
}

absl::StatusOr<v1::Article> Connection::RestoreArticle(
    const v1::RestoreArticleRequest& request) {
  return Call(options_, stop_, stubs_->articles,
              &v1::ArticleService::Stub::RestoreArticle, request);
}

absl::StatusOr<v1::Article> Connection::KillArticle(
    const v1::KillArticleRequest& request) {
  return Call(options_, stop_, stubs_->articles,
              &v1::ArticleService::Stub::KillArticle, request);
}

absl::StatusOr<v1::ListArticleRevisionsResponse>
Connection::ListArticleRevisions(
    const v1::ListArticleRevisionsRequest& request) {
  return Call(options_, stop_, stubs_->articles,
              &v1::ArticleService::Stub::ListArticleRevisions, request);
}

absl::StatusOr<v1::Article> Connection::GetArticleRevision(
    const v1::GetArticleRevisionRequest& request) {
  return Call(options_, stop_, stubs_->articles,
              &v1::ArticleService::Stub::GetArticleRevision, request);
}

absl::StatusOr<v1::BatchGetArticlesResponse> Connection::BatchGetArticles(
    const v1::BatchGetArticlesRequest& request) {
  return Call(options_, stop_, stubs_->articles,
              &v1::ArticleService::Stub::BatchGetArticles, request);
}

absl::StatusOr<v1::Translation> Connection::CreateTranslation(
    const v1::CreateTranslationRequest& request) {
  return Call(options_, stop_, stubs_->translations,
              &v1::TranslationService::Stub::CreateTranslation, request);
}

absl::StatusOr<v1::Translation> Connection::GetTranslation(
    const v1::GetTranslationRequest& request) {
  return Call(options_, stop_, stubs_->translations,
              &v1::TranslationService::Stub::GetTranslation, request);
}

absl::StatusOr<v1::ListTranslationsResponse> Connection::ListTranslations(
    const v1::ListTranslationsRequest& request) {
  return Call(options_, stop_, stubs_->translations,
              &v1::TranslationService::Stub::ListTranslations, request);
}

absl::StatusOr<v1::Translation> Connection::ClaimTranslation(
    const v1::ClaimTranslationRequest& request) {
  return Call(options_, stop_, stubs_->translations,
              &v1::TranslationService::Stub::ClaimTranslation, request);
}

absl::StatusOr<v1::Translation> Connection::ClaimNextTranslation(
    const v1::ClaimNextTranslationRequest& request) {
  return Call(options_, stop_, stubs_->translations,
              &v1::TranslationService::Stub::ClaimNextTranslation, request);
}

absl::StatusOr<v1::Translation> Connection::RenewTranslationLease(
    const v1::RenewTranslationLeaseRequest& request) {
  return Call(options_, stop_, stubs_->translations,
              &v1::TranslationService::Stub::RenewTranslationLease, request);
}

absl::StatusOr<v1::Translation> Connection::ReleaseTranslation(
    const v1::ReleaseTranslationRequest& request) {
  return Call(options_, stop_, stubs_->translations,
              &v1::TranslationService::Stub::ReleaseTranslation, request);
}

absl::StatusOr<v1::Translation> Connection::RevokeTranslationLease(
    const v1::RevokeTranslationLeaseRequest& request) {
  return Call(options_, stop_, stubs_->translations,
              &v1::TranslationService::Stub::RevokeTranslationLease, request);
}

absl::StatusOr<v1::Translation> Connection::BatchUpdateSegments(
    const v1::BatchUpdateSegmentsRequest& request) {
  return Call(options_, stop_, stubs_->translations,
              &v1::TranslationService::Stub::BatchUpdateSegments, request);
}

absl::StatusOr<v1::Translation> Connection::SubmitTranslation(
    const v1::SubmitTranslationRequest& request) {
  return Call(options_, stop_, stubs_->translations,
              &v1::TranslationService::Stub::SubmitTranslation, request);
}

absl::StatusOr<v1::Translation> Connection::ApproveTranslation(
    const v1::ApproveTranslationRequest& request) {
  return Call(options_, stop_, stubs_->translations,
              &v1::TranslationService::Stub::ApproveTranslation, request);
}

absl::StatusOr<v1::Translation> Connection::RejectTranslation(
    const v1::RejectTranslationRequest& request) {
  return Call(options_, stop_, stubs_->translations,
              &v1::TranslationService::Stub::RejectTranslation, request);
}

absl::StatusOr<v1::Translation> Connection::CancelTranslation(
    const v1::CancelTranslationRequest& request) {
  return Call(options_, stop_, stubs_->translations,
              &v1::TranslationService::Stub::CancelTranslation, request);
}

absl::StatusOr<v1::PublishTranslationResponse> Connection::PublishTranslation(
    const v1::PublishTranslationRequest& request) {
  return Call(options_, stop_, stubs_->translations,
              &v1::TranslationService::Stub::PublishTranslation, request);
}

absl::StatusOr<v1::DiffTranslationSourceResponse>
Connection::DiffTranslationSource(
    const v1::DiffTranslationSourceRequest& request) {
  return Call(options_, stop_, stubs_->translations,
              &v1::TranslationService::Stub::DiffTranslationSource, request);
}

absl::StatusOr<v1::Translation> Connection::RebaseTranslation(
    const v1::RebaseTranslationRequest& request) {
  return Call(options_, stop_, stubs_->translations,
              &v1::TranslationService::Stub::RebaseTranslation, request);
}

absl::StatusOr<v1::Translation> Connection::ConfirmTranslation(
    const v1::ConfirmTranslationRequest& request) {
  return Call(options_, stop_, stubs_->translations,
              &v1::TranslationService::Stub::ConfirmTranslation, request);
}

absl::StatusOr<v1::Translation> Connection::DetachTranslation(
    const v1::DetachTranslationRequest& request) {
  return Call(options_, stop_, stubs_->translations,
              &v1::TranslationService::Stub::DetachTranslation, request);
}

absl::StatusOr<v1::LanguageVersion> Connection::LookupLanguageVersion(
    const v1::LookupLanguageVersionRequest& request) {
  return Call(options_, stop_, stubs_->translations,
              &v1::TranslationService::Stub::LookupLanguageVersion, request);
}

absl::StatusOr<v1::Subscription> Connection::CreateSubscription(
    const v1::CreateSubscriptionRequest& request) {
  return Call(options_, stop_, stubs_->subscriptions,
              &v1::SubscriptionService::Stub::CreateSubscription, request);
}

absl::StatusOr<v1::Subscription> Connection::GetSubscription(
    const v1::GetSubscriptionRequest& request) {
  return Call(options_, stop_, stubs_->subscriptions,
              &v1::SubscriptionService::Stub::GetSubscription, request);
}

absl::StatusOr<v1::ListSubscriptionsResponse> Connection::ListSubscriptions(
    const v1::ListSubscriptionsRequest& request) {
  return Call(options_, stop_, stubs_->subscriptions,
              &v1::SubscriptionService::Stub::ListSubscriptions, request);
}

absl::StatusOr<v1::Subscription> Connection::UpdateSubscription(
    const v1::UpdateSubscriptionRequest& request) {
  return Call(options_, stop_, stubs_->subscriptions,
              &v1::SubscriptionService::Stub::UpdateSubscription, request);
}

absl::StatusOr<google::protobuf::Empty> Connection::DeleteSubscription(
    const v1::DeleteSubscriptionRequest& request) {
  return Call(options_, stop_, stubs_->subscriptions,
              &v1::SubscriptionService::Stub::DeleteSubscription, request);
}

absl::StatusOr<v1::CommitCursorResponse> Connection::CommitCursor(
    const v1::CommitCursorRequest& request) {
  return Call(options_, stop_, stubs_->subscriptions,
              &v1::SubscriptionService::Stub::CommitCursor, request);
}

absl::StatusOr<v1::Subscription> Connection::SeekSubscription(
    const v1::SeekSubscriptionRequest& request) {
  return Call(options_, stop_, stubs_->subscriptions,
              &v1::SubscriptionService::Stub::SeekSubscription, request);
}

absl::StatusOr<v1::ParkedChange> Connection::ParkChange(
    const v1::ParkChangeRequest& request) {
  return Call(options_, stop_, stubs_->subscriptions,
              &v1::SubscriptionService::Stub::ParkChange, request);
}

absl::StatusOr<v1::ListParkedChangesResponse> Connection::ListParkedChanges(
    const v1::ListParkedChangesRequest& request) {
  return Call(options_, stop_, stubs_->subscriptions,
              &v1::SubscriptionService::Stub::ListParkedChanges, request);
}

absl::StatusOr<v1::ReplayParkedChangesResponse> Connection::ReplayParkedChanges(
    const v1::ReplayParkedChangesRequest& request) {
  return Call(options_, stop_, stubs_->subscriptions,
              &v1::SubscriptionService::Stub::ReplayParkedChanges, request);
}

absl::StatusOr<v1::Change> Connection::GetChange(
    const v1::GetChangeRequest& request) {
  return Call(options_, stop_, stubs_->changes,
              &v1::ChangeService::Stub::GetChange, request);
}

absl::StatusOr<v1::ListChangesResponse> Connection::ListChanges(
    const v1::ListChangesRequest& request) {
  return Call(options_, stop_, stubs_->changes,
              &v1::ChangeService::Stub::ListChanges, request);
}

absl::StatusOr<v1::ChangeLogStatus> Connection::GetChangeLogStatus(
    const v1::GetChangeLogStatusRequest& request) {
  return Call(options_, stop_, stubs_->changes,
              &v1::ChangeService::Stub::GetChangeLogStatus, request);
}

absl::Status Connection::CheckHealth() {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() +
                       absl::ToChronoNanoseconds(options_.deadline));
  grpc::health::v1::HealthCheckResponse response;
  COURANT_RETURN_IF_ERROR(
      ToAbsl(stubs_->health.Check(&context, {}, &response), options_));
  if (response.status() == grpc::health::v1::HealthCheckResponse::SERVING) {
    return absl::OkStatus();
  }
  return absl::UnavailableError(
      absl::StrCat("the server at ", options_.address, " answers ",
                   grpc::health::v1::HealthCheckResponse::ServingStatus_Name(
                       response.status()),
                   ": it takes no work"));
}

absl::Status Connection::SubscribeChanges(
    const v1::SubscribeChangesRequest& request,
    const std::function<absl::Status(const v1::SubscribeChangesResponse&)>&
        on_message) {
  grpc::ClientContext context;
  Introduce(options_, context);
  const auto stream = stubs_->changes.SubscribeChanges(&context, request);
  // From here on the context may be cancelled from another thread.
  const StopListener listener(stop_, [&context] { context.TryCancel(); });
  v1::SubscribeChangesResponse message;
  while (stream->Read(&message)) {
    absl::Status handled = on_message(message);
    if (!handled.ok()) {
      context.TryCancel();
      stream->Finish();
      return handled;
    }
  }
  return ToAbsl(stream->Finish(), options_);
}

}  // namespace courant

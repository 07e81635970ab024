#include "services/cli/connection.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "courant/v1/article_service.grpc.pb.h"
#include "courant/v1/change_service.grpc.pb.h"
#include "courant/v1/subscription_service.grpc.pb.h"
#include "courant/v1/translation_service.grpc.pb.h"
#include "google/rpc/status.pb.h"
#include "services/cli/backoff.h"
#include "services/cli/error_text.h"
#include "storage/errors/reason.h"

namespace courant {
namespace {

// Who acts, if the name is ASCII; the other key takes any text.
constexpr char kActorKey[] = "courant-actor";
constexpr char kBinaryActorKey[] = "courant-actor-bin";
constexpr char kAudienceKey[] = "courant-audience";
constexpr absl::Duration kLongestRetryWait = absl::Seconds(5);
constexpr int kMaxReceiveBytes = 64 * 1024 * 1024;
// A dead server is found after 40 s. The server takes pings every 20 s.
constexpr int kKeepaliveMillis = 30'000;
constexpr int kKeepaliveTimeoutMillis = 10'000;
// One attempt to connect, and the waits between two.
constexpr int kConnectMillis = 3'000;
constexpr int kFirstReconnectMillis = 100;
constexpr int kLongestReconnectMillis = 2'000;

std::shared_ptr<grpc::Channel> MakeChannel(const std::string& address) {
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMaxReceiveBytes);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMillis);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMillis);
  // A stream of changes sends nothing; without this the pings would cease.
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS,
                   kFirstReconnectMillis);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kConnectMillis);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kLongestReconnectMillis);
  // The wire is a neighbour: a proxy set for the web must not get in between,
  // nor a look-up of service configuration in DNS.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetInt(GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(),
                                   arguments);
}

void AddActor(const std::string& actor, grpc::ClientContext& context) {
  const bool ascii =
      std::all_of(actor.begin(), actor.end(),
                  [](unsigned char c) { return absl::ascii_isprint(c); });
  context.AddMetadata(ascii ? kActorKey : kBinaryActorKey, actor);
}

// The end of what the library says when it cannot connect, "Connection
// refused"; before that it repeats the address in its own words.
absl::string_view ShortCause(absl::string_view message) {
  if (!absl::StartsWith(message, "failed to connect to all addresses")) {
    return message;
  }
  const size_t last = message.rfind(": ");
  return last == message.npos ? message : message.substr(last + 2);
}

// The status and details that the server sent, or how it was not reached.
absl::Status ToAbsl(const grpc::Status& status,
                    const Connection::Options& options) {
  if (status.ok()) return absl::OkStatus();
  absl::Status error(static_cast<absl::StatusCode>(status.error_code()),
                     status.error_message());
  google::rpc::Status details;
  if (details.ParseFromString(status.error_details())) {
    for (const auto& detail : details.details()) {
      error.SetPayload(detail.type_url(), absl::Cord(detail.value()));
    }
  }
  if (ErrorInfoOf(error)) return error;
  // Everything that a courant server refuses carries an ErrorInfo.
  if (absl::IsUnavailable(error)) {
    return WithHint(
        absl::UnavailableError(absl::StrCat("no server answers at ",
                                            options.address, " (",
                                            ShortCause(error.message()), ")")),
        "start one with: courantd --data-dir ./var; or name another with "
        "--address or COURANT_ADDRESS");
  }
  if (absl::IsUnimplemented(error)) {
    return WithHint(std::move(error),
                    absl::StrCat("is the server at ", options.address,
                                 " a courantd, and as new as this tool?"));
  }
  if (absl::IsDeadlineExceeded(error)) {
    return absl::DeadlineExceededError(
        absl::StrCat("no answer from ", options.address, " within ",
                     absl::FormatDuration(options.deadline)));
  }
  return error;
}

// Says who calls, and whose eyes to see with.
void Introduce(const Connection::Options& options,
               grpc::ClientContext& context) {
  AddActor(options.actor, context);
  if (!options.audience.empty()) {
    context.AddMetadata(kAudienceKey, options.audience);
  }
}

// True when the same call may be answered better later.
bool MayTryAgain(const absl::Status& status) {
  return absl::IsUnavailable(status) ||
         ReasonOf(status) == v1::TOO_MANY_REQUESTS;
}

// Calls `method` of `stub` until it is answered, as often as `options` say.
template <typename Stub, typename Request, typename Response>
absl::StatusOr<Response> Call(const Connection::Options& options,
                              StopSource& stop, Stub& stub,
                              grpc::Status (Stub::*method)(grpc::ClientContext*,
                                                           const Request&,
                                                           Response*),
                              const Request& request) {
  Backoff backoff(options.first_wait, kLongestRetryWait);
  for (int tries = 1;; ++tries) {
    grpc::ClientContext context;
    Introduce(options, context);
    context.set_deadline(std::chrono::system_clock::now() +
                         absl::ToChronoNanoseconds(options.deadline));
    Response response;
    absl::Status status =
        ToAbsl((stub.*method)(&context, request, &response), options);
    if (status.ok()) return response;
    if (!MayTryAgain(status) || tries >= options.tries) return status;
    const absl::Duration asked =
        RetryDelayOf(status).value_or(absl::ZeroDuration());
    const absl::Duration wait = std::max(backoff.Next(), asked);
    if (stop.WaitFor(std::min(wait, kLongestRetryWait))) return status;
  }
}

}  // namespace

struct Connection::Stubs {
  explicit Stubs(const std::shared_ptr<grpc::Channel>& channel)
      : articles(channel),
        changes(channel),
        subscriptions(channel),
        translations(channel) {}

  v1::ArticleService::Stub articles;
  v1::ChangeService::Stub changes;
  v1::SubscriptionService::Stub subscriptions;
  v1::TranslationService::Stub translations;
};

Connection::Connection(Options options, StopSource& stop)
    : options_(std::move(options)),
      stop_(stop),
      stubs_(std::make_unique<Stubs>(MakeChannel(options_.address))) {}

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

#ifndef COURANT_SERVICES_CLI_CONNECTION_H_
#define COURANT_SERVICES_CLI_CONNECTION_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "courant/v1/article_service.pb.h"
#include "courant/v1/backup_service.pb.h"
#include "courant/v1/change_service.pb.h"
#include "courant/v1/partner_service.pb.h"
#include "courant/v1/subscription_service.pb.h"
#include "courant/v1/translation_service.pb.h"
#include "google/protobuf/empty.pb.h"
#include "services/cli/stop_source.h"
#include "services/trace/trace_context.h"

namespace courant {

// The way to a server, and the only part of the tool that knows gRPC.
//
// An error is what the server said, with its details as payloads (see
// storage/errors/reason.h). When no server answers it is UNAVAILABLE without
// a reason and says where and how to start one.
//
// Thread-safe. Nothing connects before the first call.
class Connection {
 public:
  struct Options {
    // Where the server listens, in any form that gRPC takes: "127.0.0.1:7400",
    // "unix:/run/courant.sock".
    std::string address;
    // Who is acting, sent with every call: 1 to 128 characters of
    // UTF-8 without control characters.
    std::string actor;
    // Whose eyes the server shall see with, sent with every call: "internal" or
    // "public". Empty: as the listener decides.
    std::string audience = "";
    // What the calls are a part of: each has its own `traceparent` in that
    // trace. None: they are sent without.
    TraceContext trace = {};
    // How long one try of a call may take, in each of the calls below.
    absl::Duration deadline = absl::Seconds(30);
    // Tries of a call while the answer is UNAVAILABLE or TOO_MANY_REQUESTS.
    // All of them carry the same `request_id`, so that at most one takes
    // effect.
    int tries = 5;
    // Wait before the second try; doubles from try to try. What the server
    // asks for goes before.
    absl::Duration first_wait = absl::Milliseconds(250);
  };

  // `stop` cuts the waits between tries short; it must outlive this.
  Connection(Options options, StopSource& stop);
  ~Connection();

  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  const std::string& address() const { return options_.address; }
  const std::string& actor() const { return options_.actor; }

  // One call each, named as in the API. They block, all tries and waits
  // included.
  absl::StatusOr<v1::BackupRun> StartBackup(
      const v1::StartBackupRequest& request);
  absl::StatusOr<v1::BackupRun> StartVerification(
      const v1::StartVerificationRequest& request);
  absl::StatusOr<v1::BackupRun> GetBackupRun(
      const v1::GetBackupRunRequest& request);
  absl::StatusOr<v1::ListBackupsResponse> ListBackups(
      const v1::ListBackupsRequest& request);
  absl::StatusOr<v1::PruneBackupsResponse> PruneBackups(
      const v1::PruneBackupsRequest& request);
  absl::StatusOr<v1::Article> CreateArticle(
      const v1::CreateArticleRequest& request);
  absl::StatusOr<v1::Article> GetArticle(const v1::GetArticleRequest& request);
  absl::StatusOr<v1::ListArticlesResponse> ListArticles(
      const v1::ListArticlesRequest& request);
  absl::StatusOr<v1::Article> UpdateArticle(
      const v1::UpdateArticleRequest& request);
  absl::StatusOr<v1::Article> PublishArticle(
      const v1::PublishArticleRequest& request);
  absl::StatusOr<v1::Article> ScheduleArticle(
      const v1::ScheduleArticleRequest& request);
  absl::StatusOr<v1::Article> UnscheduleArticle(
      const v1::UnscheduleArticleRequest& request);
  absl::StatusOr<v1::Article> CorrectArticle(
      const v1::CorrectArticleRequest& request);
  absl::StatusOr<v1::Article> RefileArticle(
      const v1::RefileArticleRequest& request);
  absl::StatusOr<v1::Article> HoldArticle(
      const v1::HoldArticleRequest& request);
  absl::StatusOr<v1::Article> ReleaseArticle(
      const v1::ReleaseArticleRequest& request);
  absl::StatusOr<v1::Article> WithdrawArticle(
      const v1::WithdrawArticleRequest& request);
  absl::StatusOr<v1::Article> RestoreArticle(
      const v1::RestoreArticleRequest& request);
  absl::StatusOr<v1::Article> KillArticle(
      const v1::KillArticleRequest& request);
  absl::StatusOr<v1::ListArticleRevisionsResponse> ListArticleRevisions(
      const v1::ListArticleRevisionsRequest& request);
  absl::StatusOr<v1::Article> GetArticleRevision(
      const v1::GetArticleRevisionRequest& request);
  absl::StatusOr<v1::BatchGetArticlesResponse> BatchGetArticles(
      const v1::BatchGetArticlesRequest& request);
  absl::StatusOr<v1::Translation> CreateTranslation(
      const v1::CreateTranslationRequest& request);
  absl::StatusOr<v1::Translation> GetTranslation(
      const v1::GetTranslationRequest& request);
  absl::StatusOr<v1::ListTranslationsResponse> ListTranslations(
      const v1::ListTranslationsRequest& request);
  absl::StatusOr<v1::Translation> ClaimTranslation(
      const v1::ClaimTranslationRequest& request);
  absl::StatusOr<v1::Translation> ClaimNextTranslation(
      const v1::ClaimNextTranslationRequest& request);
  absl::StatusOr<v1::Translation> RenewTranslationLease(
      const v1::RenewTranslationLeaseRequest& request);
  absl::StatusOr<v1::Translation> ReleaseTranslation(
      const v1::ReleaseTranslationRequest& request);
  absl::StatusOr<v1::Translation> RevokeTranslationLease(
      const v1::RevokeTranslationLeaseRequest& request);
  absl::StatusOr<v1::Translation> BatchUpdateSegments(
      const v1::BatchUpdateSegmentsRequest& request);
  absl::StatusOr<v1::Translation> SubmitTranslation(
      const v1::SubmitTranslationRequest& request);
  absl::StatusOr<v1::Translation> ApproveTranslation(
      const v1::ApproveTranslationRequest& request);
  absl::StatusOr<v1::Translation> RejectTranslation(
      const v1::RejectTranslationRequest& request);
  absl::StatusOr<v1::Translation> CancelTranslation(
      const v1::CancelTranslationRequest& request);
  absl::StatusOr<v1::PublishTranslationResponse> PublishTranslation(
      const v1::PublishTranslationRequest& request);
  absl::StatusOr<v1::DiffTranslationSourceResponse> DiffTranslationSource(
      const v1::DiffTranslationSourceRequest& request);
  absl::StatusOr<v1::Translation> RebaseTranslation(
      const v1::RebaseTranslationRequest& request);
  absl::StatusOr<v1::Translation> ConfirmTranslation(
      const v1::ConfirmTranslationRequest& request);
  absl::StatusOr<v1::Translation> DetachTranslation(
      const v1::DetachTranslationRequest& request);
  absl::StatusOr<v1::LanguageVersion> LookupLanguageVersion(
      const v1::LookupLanguageVersionRequest& request);
  absl::StatusOr<v1::Subscription> CreateSubscription(
      const v1::CreateSubscriptionRequest& request);
  absl::StatusOr<v1::Subscription> GetSubscription(
      const v1::GetSubscriptionRequest& request);
  absl::StatusOr<v1::ListSubscriptionsResponse> ListSubscriptions(
      const v1::ListSubscriptionsRequest& request);
  absl::StatusOr<v1::Subscription> UpdateSubscription(
      const v1::UpdateSubscriptionRequest& request);
  absl::StatusOr<google::protobuf::Empty> DeleteSubscription(
      const v1::DeleteSubscriptionRequest& request);
  absl::StatusOr<v1::CommitCursorResponse> CommitCursor(
      const v1::CommitCursorRequest& request);
  absl::StatusOr<v1::Subscription> SeekSubscription(
      const v1::SeekSubscriptionRequest& request);
  absl::StatusOr<v1::ParkedChange> ParkChange(
      const v1::ParkChangeRequest& request);
  absl::StatusOr<v1::ListParkedChangesResponse> ListParkedChanges(
      const v1::ListParkedChangesRequest& request);
  absl::StatusOr<v1::ReplayParkedChangesResponse> ReplayParkedChanges(
      const v1::ReplayParkedChangesRequest& request);
  absl::StatusOr<v1::Change> GetChange(const v1::GetChangeRequest& request);
  absl::StatusOr<v1::ListChangesResponse> ListChanges(
      const v1::ListChangesRequest& request);
  absl::StatusOr<v1::ChangeLogStatus> GetChangeLogStatus(
      const v1::GetChangeLogStatusRequest& request);

  // Asks gRPC's health service whether the server takes work: OK if so,
  // UNAVAILABLE if it answers that it does not. Tries once.
  absl::Status CheckHealth();

  // The calls of PartnerService, each by its request and what it answers:
  // `Partners<v1::Grant>(v1::CreateGrantRequest())`.
  template <typename Response, typename Request>
  absl::StatusOr<Response> Partners(const Request& request);

  // Opens a stream of changes and hands each message to `on_message` on the
  // calling thread, until that returns an error, which is then the result; or
  // until the stream ends, and then the result is how it ended. CANCELLED
  // when a stop is requested meanwhile. Tries once; has no deadline.
  absl::Status SubscribeChanges(
      const v1::SubscribeChangesRequest& request,
      const std::function<absl::Status(const v1::SubscribeChangesResponse&)>&
          on_message);

 private:
  struct Stubs;

  const Options options_;
  StopSource& stop_;
  const std::unique_ptr<Stubs> stubs_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_CLI_CONNECTION_H_

#ifndef COURANT_TESTS_SERVICES_CLI_CANNED_SERVER_H_
#define COURANT_TESTS_SERVICES_CLI_CANNED_SERVER_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "courant/v1/article_service.pb.h"
#include "courant/v1/change_service.pb.h"
#include "courant/v1/partner_service.pb.h"
#include "courant/v1/translation_service.pb.h"

namespace courant {

// Answers one method. Called on threads of the server, several at a time.
template <typename Request, typename Response>
using CannedAnswer = std::function<absl::StatusOr<Response>(const Request&)>;

// Writes one message of a stream; false when the client has left.
using WriteMessage = std::function<bool(const v1::SubscribeChangesResponse&)>;

// What a CannedServer answers. A method without an answer is UNIMPLEMENTED,
// without details, as from a stranger.
struct CannedAnswers {
  CannedAnswer<v1::CreateArticleRequest, v1::Article> create_article = {};
  CannedAnswer<v1::GetArticleRequest, v1::Article> get_article = {};
  CannedAnswer<v1::ListArticlesRequest, v1::ListArticlesResponse>
      list_articles = {};
  CannedAnswer<v1::UpdateArticleRequest, v1::Article> update_article = {};
  CannedAnswer<v1::PublishArticleRequest, v1::Article> publish_article = {};
  CannedAnswer<v1::ScheduleArticleRequest, v1::Article> schedule_article = {};
  CannedAnswer<v1::UnscheduleArticleRequest, v1::Article> unschedule_article =
      {};
  CannedAnswer<v1::CorrectArticleRequest, v1::Article> correct_article = {};
  CannedAnswer<v1::RefileArticleRequest, v1::Article> refile_article = {};
  CannedAnswer<v1::HoldArticleRequest, v1::Article> hold_article = {};
  CannedAnswer<v1::ReleaseArticleRequest, v1::Article> release_article = {};
  CannedAnswer<v1::WithdrawArticleRequest, v1::Article> withdraw_article = {};
  CannedAnswer<v1::RestoreArticleRequest, v1::Article> restore_article = {};
  CannedAnswer<v1::KillArticleRequest, v1::Article> kill_article = {};
  CannedAnswer<v1::ListArticleRevisionsRequest,
               v1::ListArticleRevisionsResponse>
      list_revisions = {};
  CannedAnswer<v1::GetArticleRevisionRequest, v1::Article> get_revision = {};
  CannedAnswer<v1::BatchGetArticlesRequest, v1::BatchGetArticlesResponse>
      batch_get_articles = {};
  CannedAnswer<v1::CreateTranslationRequest, v1::Translation>
      create_translation = {};
  CannedAnswer<v1::GetTranslationRequest, v1::Translation> get_translation = {};
  CannedAnswer<v1::ListTranslationsRequest, v1::ListTranslationsResponse>
      list_translations = {};
  CannedAnswer<v1::ClaimTranslationRequest, v1::Translation> claim_translation =
      {};
  CannedAnswer<v1::ClaimNextTranslationRequest, v1::Translation>
      claim_next_translation = {};
  CannedAnswer<v1::RenewTranslationLeaseRequest, v1::Translation>
      renew_translation_lease = {};
  CannedAnswer<v1::ReleaseTranslationRequest, v1::Translation>
      release_translation = {};
  CannedAnswer<v1::RevokeTranslationLeaseRequest, v1::Translation>
      revoke_translation_lease = {};
  CannedAnswer<v1::BatchUpdateSegmentsRequest, v1::Translation>
      batch_update_segments = {};
  CannedAnswer<v1::SubmitTranslationRequest, v1::Translation>
      submit_translation = {};
  CannedAnswer<v1::ApproveTranslationRequest, v1::Translation>
      approve_translation = {};
  CannedAnswer<v1::RejectTranslationRequest, v1::Translation>
      reject_translation = {};
  CannedAnswer<v1::CancelTranslationRequest, v1::Translation>
      cancel_translation = {};
  CannedAnswer<v1::PublishTranslationRequest, v1::PublishTranslationResponse>
      publish_translation = {};
  CannedAnswer<v1::DiffTranslationSourceRequest,
               v1::DiffTranslationSourceResponse>
      diff_translation_source = {};
  CannedAnswer<v1::RebaseTranslationRequest, v1::Translation>
      rebase_translation = {};
  CannedAnswer<v1::ConfirmTranslationRequest, v1::Translation>
      confirm_translation = {};
  CannedAnswer<v1::DetachTranslationRequest, v1::Translation>
      detach_translation = {};
  CannedAnswer<v1::LookupLanguageVersionRequest, v1::LanguageVersion>
      lookup_language_version = {};
  CannedAnswer<v1::GetChangeRequest, v1::Change> get_change = {};
  CannedAnswer<v1::ListChangesRequest, v1::ListChangesResponse> list_changes =
      {};
  CannedAnswer<v1::GetChangeLogStatusRequest, v1::ChangeLogStatus> log_status =
      {};
  CannedAnswer<v1::ListDeliveriesRequest, v1::ListDeliveriesResponse>
      list_deliveries = {};
  CannedAnswer<v1::ListNoticesRequest, v1::ListNoticesResponse> list_notices =
      {};
  CannedAnswer<v1::ListExposuresRequest, v1::ListExposuresResponse>
      list_exposures = {};
  // The stream ends with what it returns.
  std::function<absl::Status(const v1::SubscribeChangesRequest&,
                             const WriteMessage&)>
      subscribe_changes = {};
};

// A real gRPC server on a free port of the loopback, with the services of
// courantd and answers that the test gives. Errors carry their payloads as the
// real one's do.
class CannedServer {
 public:
  explicit CannedServer(CannedAnswers answers);
  ~CannedServer();

  CannedServer(const CannedServer&) = delete;
  CannedServer& operator=(const CannedServer&) = delete;

  // "127.0.0.1:PORT".
  const std::string& address() const { return address_; }

  // The actor of each call so far, in the order in which they came.
  std::vector<std::string> actors() const;

  // The audience that each of them named, "(none)" where it named none.
  std::vector<std::string> audiences() const;

  // And its `traceparent`.
  std::vector<std::string> traceparents() const;

  // Breaks all streams and refuses new ones, until Start().
  void Stop();

  // Begins again at the same address.
  void Start();

 private:
  struct Parts;

  std::string address_;
  const std::unique_ptr<Parts> parts_;
};

}  // namespace courant

#endif  // COURANT_TESTS_SERVICES_CLI_CANNED_SERVER_H_

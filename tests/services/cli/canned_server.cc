#include "tests/services/cli/canned_server.h"

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "courant/v1/article_service.grpc.pb.h"
#include "courant/v1/change_service.grpc.pb.h"
#include "courant/v1/partner_service.grpc.pb.h"
#include "courant/v1/translation_service.grpc.pb.h"
#include "gtest/gtest.h"
#include "services/rpc/status_mapping.h"
#include "storage/base/mutex.h"

namespace courant {
namespace {

constexpr char kNothing[] = "(none)";

// Remembers what the calls said in their metadata. Thread-safe.
class CallLog {
 public:
  void Note(const grpc::ServerContext& context) {
    MutexLock lock(mu_);
    const std::string actor = Said(context, "courant-actor");
    actors_.push_back(actor == kNothing ? Said(context, "courant-actor-bin")
                                        : actor);
    audiences_.push_back(Said(context, "courant-audience"));
    traceparents_.push_back(Said(context, "traceparent"));
  }

  std::vector<std::string> actors() const {
    MutexLock lock(mu_);
    return actors_;
  }

  std::vector<std::string> audiences() const {
    MutexLock lock(mu_);
    return audiences_;
  }

  std::vector<std::string> traceparents() const {
    MutexLock lock(mu_);
    return traceparents_;
  }

 private:
  static std::string Said(const grpc::ServerContext& context, const char* key) {
    const auto& metadata = context.client_metadata();
    const auto found = metadata.find(key);
    if (found == metadata.end()) return kNothing;
    return std::string(found->second.data(), found->second.size());
  }

  mutable Mutex mu_;
  std::vector<std::string> actors_ ABSL_GUARDED_BY(mu_);
  std::vector<std::string> audiences_ ABSL_GUARDED_BY(mu_);
  std::vector<std::string> traceparents_ ABSL_GUARDED_BY(mu_);
};

template <typename Request, typename Response>
grpc::Status Answer(const CannedAnswer<Request, Response>& answer,
                    const Request& request, Response& response) {
  if (!answer) return grpc::Status(grpc::UNIMPLEMENTED, "");
  absl::StatusOr<Response> given = answer(request);
  if (!given.ok()) return ToGrpcStatus(given.status());
  response = *std::move(given);
  return grpc::Status::OK;
}

}  // namespace

struct CannedServer::Parts {
  struct Articles final : v1::ArticleService::Service {
    Articles(const CannedAnswers& answers, CallLog& calls)
        : answers(answers), calls(calls) {}
    grpc::Status CreateArticle(grpc::ServerContext* context,
                               const v1::CreateArticleRequest* request,
                               v1::Article* response) override {
      calls.Note(*context);
      return Answer(answers.create_article, *request, *response);
    }
    grpc::Status GetArticle(grpc::ServerContext* context,
                            const v1::GetArticleRequest* request,
                            v1::Article* response) override {
      calls.Note(*context);
      return Answer(answers.get_article, *request, *response);
    }
    grpc::Status BatchGetArticles(
        grpc::ServerContext* context,
        const v1::BatchGetArticlesRequest* request,
        v1::BatchGetArticlesResponse* response) override {
      calls.Note(*context);
      return Answer(answers.batch_get_articles, *request, *response);
    }
    grpc::Status ListArticles(grpc::ServerContext* context,
                              const v1::ListArticlesRequest* request,
                              v1::ListArticlesResponse* response) override {
      calls.Note(*context);
      return Answer(answers.list_articles, *request, *response);
    }
    grpc::Status UpdateArticle(grpc::ServerContext* context,
                               const v1::UpdateArticleRequest* request,
                               v1::Article* response) override {
      calls.Note(*context);
      return Answer(answers.update_article, *request, *response);
    }
    grpc::Status PublishArticle(grpc::ServerContext* context,
                                const v1::PublishArticleRequest* request,
                                v1::Article* response) override {
      calls.Note(*context);
      return Answer(answers.publish_article, *request, *response);
    }
    grpc::Status ScheduleArticle(grpc::ServerContext* context,
                                 const v1::ScheduleArticleRequest* request,
                                 v1::Article* response) override {
      calls.Note(*context);
      return Answer(answers.schedule_article, *request, *response);
    }
    grpc::Status UnscheduleArticle(grpc::ServerContext* context,
                                   const v1::UnscheduleArticleRequest* request,
                                   v1::Article* response) override {
      calls.Note(*context);
      return Answer(answers.unschedule_article, *request, *response);
    }
    grpc::Status CorrectArticle(grpc::ServerContext* context,
                                const v1::CorrectArticleRequest* request,
                                v1::Article* response) override {
      calls.Note(*context);
      return Answer(answers.correct_article, *request, *response);
    }
    grpc::Status RefileArticle(grpc::ServerContext* context,
                               const v1::RefileArticleRequest* request,
                               v1::Article* response) override {
      calls.Note(*context);
      return Answer(answers.refile_article, *request, *response);
    }
    grpc::Status HoldArticle(grpc::ServerContext* context,
                             const v1::HoldArticleRequest* request,
                             v1::Article* response) override {
      calls.Note(*context);
      return Answer(answers.hold_article, *request, *response);
    }
    grpc::Status ReleaseArticle(grpc::ServerContext* context,
                                const v1::ReleaseArticleRequest* request,
                                v1::Article* response) override {
      calls.Note(*context);
      return Answer(answers.release_article, *request, *response);
    }
    grpc::Status WithdrawArticle(grpc::ServerContext* context,
                                 const v1::WithdrawArticleRequest* request,
                                 v1::Article* response) override {
      calls.Note(*context);
      return Answer(answers.withdraw_article, *request, *response);
    }
    grpc::Status RestoreArticle(grpc::ServerContext* context,
                                const v1::RestoreArticleRequest* request,
                                v1::Article* response) override {
      calls.Note(*context);
      return Answer(answers.restore_article, *request, *response);
    }
    grpc::Status KillArticle(grpc::ServerContext* context,
                             const v1::KillArticleRequest* request,
                             v1::Article* response) override {
      calls.Note(*context);
      return Answer(answers.kill_article, *request, *response);
    }
    grpc::Status ListArticleRevisions(
        grpc::ServerContext* context,
        const v1::ListArticleRevisionsRequest* request,
        v1::ListArticleRevisionsResponse* response) override {
      calls.Note(*context);
      return Answer(answers.list_revisions, *request, *response);
    }
    grpc::Status GetArticleRevision(
        grpc::ServerContext* context,
        const v1::GetArticleRevisionRequest* request,
        v1::Article* response) override {
      calls.Note(*context);
      return Answer(answers.get_revision, *request, *response);
    }
    const CannedAnswers& answers;
    CallLog& calls;
  };

  struct Changes final : v1::ChangeService::Service {
    Changes(const CannedAnswers& answers, CallLog& calls)
        : answers(answers), calls(calls) {}
    grpc::Status GetChange(grpc::ServerContext* context,
                           const v1::GetChangeRequest* request,
                           v1::Change* response) override {
      calls.Note(*context);
      return Answer(answers.get_change, *request, *response);
    }
    grpc::Status ListChanges(grpc::ServerContext* context,
                             const v1::ListChangesRequest* request,
                             v1::ListChangesResponse* response) override {
      calls.Note(*context);
      return Answer(answers.list_changes, *request, *response);
    }
    grpc::Status GetChangeLogStatus(
        grpc::ServerContext* context,
        const v1::GetChangeLogStatusRequest* request,
        v1::ChangeLogStatus* response) override {
      calls.Note(*context);
      return Answer(answers.log_status, *request, *response);
    }
    grpc::Status SubscribeChanges(
        grpc::ServerContext* context,
        const v1::SubscribeChangesRequest* request,
        grpc::ServerWriter<v1::SubscribeChangesResponse>* writer) override {
      calls.Note(*context);
      if (!answers.subscribe_changes) {
        return grpc::Status(grpc::UNIMPLEMENTED, "");
      }
      return ToGrpcStatus(answers.subscribe_changes(
          *request, [&](const v1::SubscribeChangesResponse& message) {
            return !context->IsCancelled() && writer->Write(message);
          }));
    }
    const CannedAnswers& answers;
    CallLog& calls;
  };

  struct Partners final : v1::PartnerService::Service {
    Partners(const CannedAnswers& answers, CallLog& calls)
        : answers(answers), calls(calls) {}
    grpc::Status ListDeliveries(grpc::ServerContext* context,
                                const v1::ListDeliveriesRequest* request,
                                v1::ListDeliveriesResponse* response) override {
      calls.Note(*context);
      return Answer(answers.list_deliveries, *request, *response);
    }
    grpc::Status ListNotices(grpc::ServerContext* context,
                             const v1::ListNoticesRequest* request,
                             v1::ListNoticesResponse* response) override {
      calls.Note(*context);
      return Answer(answers.list_notices, *request, *response);
    }
    grpc::Status ListExposures(grpc::ServerContext* context,
                               const v1::ListExposuresRequest* request,
                               v1::ListExposuresResponse* response) override {
      calls.Note(*context);
      return Answer(answers.list_exposures, *request, *response);
    }
    const CannedAnswers& answers;
    CallLog& calls;
  };

  struct Translations final : v1::TranslationService::Service {
    Translations(const CannedAnswers& answers, CallLog& calls)
        : answers(answers), calls(calls) {}
    grpc::Status CreateTranslation(grpc::ServerContext* context,
                                   const v1::CreateTranslationRequest* request,
                                   v1::Translation* response) override {
      calls.Note(*context);
      return Answer(answers.create_translation, *request, *response);
    }
    grpc::Status GetTranslation(grpc::ServerContext* context,
                                const v1::GetTranslationRequest* request,
                                v1::Translation* response) override {
      calls.Note(*context);
      return Answer(answers.get_translation, *request, *response);
    }
    grpc::Status ListTranslations(
        grpc::ServerContext* context,
        const v1::ListTranslationsRequest* request,
        v1::ListTranslationsResponse* response) override {
      calls.Note(*context);
      return Answer(answers.list_translations, *request, *response);
    }
    grpc::Status ClaimTranslation(grpc::ServerContext* context,
                                  const v1::ClaimTranslationRequest* request,
                                  v1::Translation* response) override {
      calls.Note(*context);
      return Answer(answers.claim_translation, *request, *response);
    }
    grpc::Status ClaimNextTranslation(
        grpc::ServerContext* context,
        const v1::ClaimNextTranslationRequest* request,
        v1::Translation* response) override {
      calls.Note(*context);
      return Answer(answers.claim_next_translation, *request, *response);
    }
    grpc::Status RenewTranslationLease(
        grpc::ServerContext* context,
        const v1::RenewTranslationLeaseRequest* request,
        v1::Translation* response) override {
      calls.Note(*context);
      return Answer(answers.renew_translation_lease, *request, *response);
    }
    grpc::Status ReleaseTranslation(
        grpc::ServerContext* context,
        const v1::ReleaseTranslationRequest* request,
        v1::Translation* response) override {
      calls.Note(*context);
      return Answer(answers.release_translation, *request, *response);
    }
    grpc::Status RevokeTranslationLease(
        grpc::ServerContext* context,
        const v1::RevokeTranslationLeaseRequest* request,
        v1::Translation* response) override {
      calls.Note(*context);
      return Answer(answers.revoke_translation_lease, *request, *response);
    }
    grpc::Status BatchUpdateSegments(
        grpc::ServerContext* context,
        const v1::BatchUpdateSegmentsRequest* request,
        v1::Translation* response) override {
      calls.Note(*context);
      return Answer(answers.batch_update_segments, *request, *response);
    }
    grpc::Status SubmitTranslation(grpc::ServerContext* context,
                                   const v1::SubmitTranslationRequest* request,
                                   v1::Translation* response) override {
      calls.Note(*context);
      return Answer(answers.submit_translation, *request, *response);
    }
    grpc::Status ApproveTranslation(
        grpc::ServerContext* context,
        const v1::ApproveTranslationRequest* request,
        v1::Translation* response) override {
      calls.Note(*context);
      return Answer(answers.approve_translation, *request, *response);
    }
    grpc::Status RejectTranslation(grpc::ServerContext* context,
                                   const v1::RejectTranslationRequest* request,
                                   v1::Translation* response) override {
      calls.Note(*context);
      return Answer(answers.reject_translation, *request, *response);
    }
    grpc::Status CancelTranslation(grpc::ServerContext* context,
                                   const v1::CancelTranslationRequest* request,
                                   v1::Translation* response) override {
      calls.Note(*context);
      return Answer(answers.cancel_translation, *request, *response);
    }
    grpc::Status PublishTranslation(
        grpc::ServerContext* context,
        const v1::PublishTranslationRequest* request,
        v1::PublishTranslationResponse* response) override {
      calls.Note(*context);
      return Answer(answers.publish_translation, *request, *response);
    }
    grpc::Status DiffTranslationSource(
        grpc::ServerContext* context,
        const v1::DiffTranslationSourceRequest* request,
        v1::DiffTranslationSourceResponse* response) override {
      calls.Note(*context);
      return Answer(answers.diff_translation_source, *request, *response);
    }
    grpc::Status RebaseTranslation(grpc::ServerContext* context,
                                   const v1::RebaseTranslationRequest* request,
                                   v1::Translation* response) override {
      calls.Note(*context);
      return Answer(answers.rebase_translation, *request, *response);
    }
    grpc::Status ConfirmTranslation(
        grpc::ServerContext* context,
        const v1::ConfirmTranslationRequest* request,
        v1::Translation* response) override {
      calls.Note(*context);
      return Answer(answers.confirm_translation, *request, *response);
    }
    grpc::Status DetachTranslation(grpc::ServerContext* context,
                                   const v1::DetachTranslationRequest* request,
                                   v1::Translation* response) override {
      calls.Note(*context);
      return Answer(answers.detach_translation, *request, *response);
    }
    grpc::Status LookupLanguageVersion(
        grpc::ServerContext* context,
        const v1::LookupLanguageVersionRequest* request,
        v1::LanguageVersion* response) override {
      calls.Note(*context);
      return Answer(answers.lookup_language_version, *request, *response);
    }
    const CannedAnswers& answers;
    CallLog& calls;
  };

  explicit Parts(CannedAnswers answers)
      : answers(std::move(answers)),
        articles(this->answers, calls),
        changes(this->answers, calls),
        partners(this->answers, calls),
        translations(this->answers, calls) {}

  const CannedAnswers answers;
  CallLog calls;
  Articles articles;
  Changes changes;
  Partners partners;
  Translations translations;
  std::unique_ptr<grpc::Server> server;
};

CannedServer::CannedServer(CannedAnswers answers)
    : address_("127.0.0.1:0"),
      parts_(std::make_unique<Parts>(std::move(answers))) {
  Start();
}

CannedServer::~CannedServer() { Stop(); }

std::vector<std::string> CannedServer::actors() const {
  return parts_->calls.actors();
}

std::vector<std::string> CannedServer::traceparents() const {
  return parts_->calls.traceparents();
}

std::vector<std::string> CannedServer::audiences() const {
  return parts_->calls.audiences();
}

void CannedServer::Stop() {
  if (parts_->server == nullptr) return;
  parts_->server->Shutdown(std::chrono::system_clock::now());
  parts_->server->Wait();
  parts_->server.reset();
}

void CannedServer::Start() {
  grpc::ServerBuilder builder;
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  int port = 0;
  builder.AddListeningPort(address_, grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(&parts_->articles);
  builder.RegisterService(&parts_->changes);
  builder.RegisterService(&parts_->partners);
  builder.RegisterService(&parts_->translations);
  parts_->server = builder.BuildAndStart();
  ASSERT_NE(parts_->server, nullptr) << "cannot listen on " << address_;
  address_ = absl::StrCat("127.0.0.1:", port);
}

}  // namespace courant

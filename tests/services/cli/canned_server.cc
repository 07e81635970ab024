#include "tests/services/cli/canned_server.h"

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "courant/v1/article_service.grpc.pb.h"
#include "courant/v1/change_service.grpc.pb.h"
#include "gtest/gtest.h"
#include "services/rpc/status_mapping.h"
#include "storage/base/mutex.h"

namespace courant {
namespace {

class ActorLog {
 public:
  void Note(const grpc::ServerContext& context) {
    const auto& metadata = context.client_metadata();
    const auto actor = metadata.find("courant-actor");
    MutexLock lock(mu_);
    actors_.push_back(
        actor == metadata.end()
            ? "(none)"
            : std::string(actor->second.data(), actor->second.size()));
  }

  std::vector<std::string> All() const {
    MutexLock lock(mu_);
    return actors_;
  }

 private:
  mutable Mutex mu_;
  std::vector<std::string> actors_ ABSL_GUARDED_BY(mu_);
};

template <typename Request, typename Response>
grpc::Status Answer(const CannedAnswer<Request, Response>& answer,
                    const Request& request, Response& response) {
  if (!answer) return grpc::Status(grpc::UNIMPLEMENTED, "");
  absl::StatusOr<Response> given = answer(request);
  if (given.ok()) response = *std::move(given);
  return ToGrpcStatus(given.status());
}

}  // namespace

#define COURANT_CANNED(Method, Request, Response, answer)                   \
  grpc::Status Method(grpc::ServerContext* context, const Request* request, \
                      Response* response) override {                        \
    actors.Note(*context);                                                  \
    return Answer(answers.answer, *request, *response);                     \
  }

struct CannedServer::Parts {
  struct Articles final : v1::ArticleService::Service {
    Articles(const CannedAnswers& answers, ActorLog& actors)
        : answers(answers), actors(actors) {}
    COURANT_CANNED(CreateArticle, v1::CreateArticleRequest, v1::Article,
                   create_article)
    COURANT_CANNED(GetArticle, v1::GetArticleRequest, v1::Article, get_article)
    COURANT_CANNED(ListArticles, v1::ListArticlesRequest,
                   v1::ListArticlesResponse, list_articles)
    COURANT_CANNED(UpdateArticle, v1::UpdateArticleRequest, v1::Article,
                   update_article)
    COURANT_CANNED(PublishArticle, v1::PublishArticleRequest, v1::Article,
                   publish_article)
    COURANT_CANNED(ListArticleRevisions, v1::ListArticleRevisionsRequest,
                   v1::ListArticleRevisionsResponse, list_revisions)
    COURANT_CANNED(GetArticleRevision, v1::GetArticleRevisionRequest,
                   v1::Article, get_revision)
    const CannedAnswers& answers;
    ActorLog& actors;
  };

  struct Changes final : v1::ChangeService::Service {
    Changes(const CannedAnswers& answers, ActorLog& actors)
        : answers(answers), actors(actors) {}
    COURANT_CANNED(GetChange, v1::GetChangeRequest, v1::Change, get_change)
    COURANT_CANNED(ListChanges, v1::ListChangesRequest, v1::ListChangesResponse,
                   list_changes)
    COURANT_CANNED(GetChangeLogStatus, v1::GetChangeLogStatusRequest,
                   v1::ChangeLogStatus, log_status)
    grpc::Status SubscribeChanges(
        grpc::ServerContext* context,
        const v1::SubscribeChangesRequest* request,
        grpc::ServerWriter<v1::SubscribeChangesResponse>* writer) override {
      actors.Note(*context);
      if (!answers.subscribe_changes) {
        return grpc::Status(grpc::UNIMPLEMENTED, "");
      }
      return ToGrpcStatus(answers.subscribe_changes(
          *request, [&](const v1::SubscribeChangesResponse& message) {
            return !context->IsCancelled() && writer->Write(message);
          }));
    }
    const CannedAnswers& answers;
    ActorLog& actors;
  };

  explicit Parts(CannedAnswers answers)
      : answers(std::move(answers)),
        articles(this->answers, actors),
        changes(this->answers, actors) {}

  const CannedAnswers answers;
  ActorLog actors;
  Articles articles;
  Changes changes;
  std::unique_ptr<grpc::Server> server;
};

#undef COURANT_CANNED

CannedServer::CannedServer(CannedAnswers answers)
    : address_("127.0.0.1:0"),
      parts_(std::make_unique<Parts>(std::move(answers))) {
  Start();
}

CannedServer::~CannedServer() { Stop(); }

std::vector<std::string> CannedServer::actors() const {
  return parts_->actors.All();
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
  parts_->server = builder.BuildAndStart();
  ASSERT_NE(parts_->server, nullptr) << "cannot listen on " << address_;
  address_ = absl::StrCat("127.0.0.1:", port);
}

}  // namespace courant

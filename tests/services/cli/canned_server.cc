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
    auto actor = metadata.find("courant-actor");
    if (actor == metadata.end()) actor = metadata.find("courant-actor-bin");
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
  if (!given.ok()) return ToGrpcStatus(given.status());
  response = *std::move(given);
  return grpc::Status::OK;
}

}  // namespace

struct CannedServer::Parts {
  struct Articles final : v1::ArticleService::Service {
    Articles(const CannedAnswers& answers, ActorLog& actors)
        : answers(answers), actors(actors) {}
    grpc::Status CreateArticle(grpc::ServerContext* context,
                               const v1::CreateArticleRequest* request,
                               v1::Article* response) override {
      actors.Note(*context);
      return Answer(answers.create_article, *request, *response);
    }
    grpc::Status GetArticle(grpc::ServerContext* context,
                            const v1::GetArticleRequest* request,
                            v1::Article* response) override {
      actors.Note(*context);
      return Answer(answers.get_article, *request, *response);
    }
    grpc::Status ListArticles(grpc::ServerContext* context,
                              const v1::ListArticlesRequest* request,
                              v1::ListArticlesResponse* response) override {
      actors.Note(*context);
      return Answer(answers.list_articles, *request, *response);
    }
    grpc::Status UpdateArticle(grpc::ServerContext* context,
                               const v1::UpdateArticleRequest* request,
                               v1::Article* response) override {
      actors.Note(*context);
      return Answer(answers.update_article, *request, *response);
    }
    grpc::Status PublishArticle(grpc::ServerContext* context,
                                const v1::PublishArticleRequest* request,
                                v1::Article* response) override {
      actors.Note(*context);
      return Answer(answers.publish_article, *request, *response);
    }
    grpc::Status ListArticleRevisions(
        grpc::ServerContext* context,
        const v1::ListArticleRevisionsRequest* request,
        v1::ListArticleRevisionsResponse* response) override {
      actors.Note(*context);
      return Answer(answers.list_revisions, *request, *response);
    }
    grpc::Status GetArticleRevision(
        grpc::ServerContext* context,
        const v1::GetArticleRevisionRequest* request,
        v1::Article* response) override {
      actors.Note(*context);
      return Answer(answers.get_revision, *request, *response);
    }
    const CannedAnswers& answers;
    ActorLog& actors;
  };

  struct Changes final : v1::ChangeService::Service {
    Changes(const CannedAnswers& answers, ActorLog& actors)
        : answers(answers), actors(actors) {}
    grpc::Status GetChange(grpc::ServerContext* context,
                           const v1::GetChangeRequest* request,
                           v1::Change* response) override {
      actors.Note(*context);
      return Answer(answers.get_change, *request, *response);
    }
    grpc::Status ListChanges(grpc::ServerContext* context,
                             const v1::ListChangesRequest* request,
                             v1::ListChangesResponse* response) override {
      actors.Note(*context);
      return Answer(answers.list_changes, *request, *response);
    }
    grpc::Status GetChangeLogStatus(
        grpc::ServerContext* context,
        const v1::GetChangeLogStatusRequest* request,
        v1::ChangeLogStatus* response) override {
      actors.Note(*context);
      return Answer(answers.log_status, *request, *response);
    }
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

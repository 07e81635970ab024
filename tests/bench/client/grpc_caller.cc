#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "courant/v1/article_service.pb.h"
#include "services/rpc/wire_format.h"
#include "storage/base/status_macros.h"
#include "tests/bench/article.h"
#include "tests/bench/client/grpc_client.h"
#include "tests/bench/client/http2.h"

namespace courant::bench {
namespace {

constexpr size_t kArticleBytes = 4000;

// Fields of etcdserverpb.
constexpr int kPutKey = 1;
constexpr int kPutValue = 2;
constexpr int kRangeKey = 1;
constexpr int kRangeSerializable = 7;

std::string GetRequest(uint64_t number) {
  v1::GetArticleRequest request;
  request.set_name(absl::StrCat("articles/", ArticleId(number)));
  return request.SerializeAsString();
}

std::string EtcdKey(const Target& target, uint64_t number) {
  return absl::StrCat(target.space, "/", ArticleId(number));
}

GrpcMethod CourantMethod(Operation operation) {
  const std::string service = "/courant.v1.ArticleService/";
  if (operation == Operation::kPublish) {
    return {
        .path = service + "CreateArticle",
        .request = [bytes = PublishRequest()](
                       uint64_t number) mutable { return bytes.With(number); },
        .least_bytes = kArticleBytes};
  }
  if (operation == Operation::kPublishById) {
    return {.path = service + "CreateArticle",
            .request = PublishRequestById,
            .least_bytes = kArticleBytes};
  }
  return {.path = service + "GetArticle",
          .request = GetRequest,
          .least_bytes = kArticleBytes};
}

GrpcMethod EtcdMethod(const Target& target, Operation operation) {
  if (operation == Operation::kPublish ||
      operation == Operation::kPublishById) {
    return {.path = "/etcdserverpb.KV/Put",
            .request = [target, value = PeerValue()](uint64_t number) mutable {
              std::string request;
              AppendBytesField(&request, kPutKey, EtcdKey(target, number));
              AppendBytesField(&request, kPutValue, value.With(number));
              return request;
            }};
  }
  const bool serializable = operation == Operation::kReadMaybeStale;
  return {.path = "/etcdserverpb.KV/Range",
          .request =
              [target, serializable](uint64_t number) {
                std::string request;
                AppendBytesField(&request, kRangeKey, EtcdKey(target, number));
                AppendVarintField(&request, kRangeSerializable,
                                  serializable ? 1 : 0);
                return request;
              },
          .least_bytes = kArticleBytes};
}

GrpcMethod EchoMethod(Operation operation) {
  if (operation == Operation::kPublish) {
    return {
        .path = "/bench.Echo/Same",
        .request = [bytes = PublishRequest()](
                       uint64_t number) mutable { return bytes.With(number); },
        .least_bytes = kArticleBytes};
  }
  return {.path = "/bench.Echo/Fixed",
          .request = GetRequest,
          .least_bytes = kArticleBytes};
}

GrpcMethod MethodOf(const Target& target, Operation operation) {
  switch (target.system) {
    case System::kEtcd:
      return EtcdMethod(target, operation);
    case System::kEcho:
      return EchoMethod(operation);
    default:
      return CourantMethod(operation);
  }
}

class GrpcCaller final : public Caller, public Http2Connection::Listener {
 public:
  GrpcCaller(GrpcMethod method, Answered answered)
      : method_(std::move(method)), answered_(std::move(answered)) {}

  absl::Status Connect(EventLoop& loop, const std::string& address) {
    COURANT_ASSIGN_OR_RETURN(
        connection_,
        Http2Connection::Connect(loop, address, method_.path, *this));
    return absl::OkStatus();
  }

  void Call(int slot, uint64_t number) override {
    open_[connection_->Begin(method_.request(number))] = {.slot = slot};
  }

  absl::Status OnData(uint32_t stream, absl::string_view bytes) override {
    open_[stream].bytes += bytes.size();
    return absl::OkStatus();
  }

  absl::Status OnEnd(uint32_t stream) override {
    const auto call = open_.find(stream);
    if (call == open_.end()) return absl::OkStatus();
    if (call->second.bytes < method_.least_bytes) {
      return absl::UnavailableError(absl::StrCat(
          method_.path, " was answered with ", call->second.bytes, " bytes"));
    }
    const int slot = call->second.slot;
    open_.erase(call);
    answered_(slot);
    return absl::OkStatus();
  }

 private:
  struct Open {
    int slot = 0;
    size_t bytes = 0;
  };

  const GrpcMethod method_;
  const Answered answered_;
  std::unique_ptr<Http2Connection> connection_;
  absl::flat_hash_map<uint32_t, Open> open_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Caller>> OpenGrpcMethod(
    EventLoop& loop, const std::string& address, GrpcMethod method,
    Answered answered) {
  auto caller =
      std::make_unique<GrpcCaller>(std::move(method), std::move(answered));
  COURANT_RETURN_IF_ERROR(caller->Connect(loop, address));
  return caller;
}

absl::StatusOr<std::unique_ptr<Caller>> OpenGrpcCaller(EventLoop& loop,
                                                       const Target& target,
                                                       Operation operation,
                                                       Answered answered) {
  return OpenGrpcMethod(loop, target.address, MethodOf(target, operation),
                        std::move(answered));
}

}  // namespace courant::bench

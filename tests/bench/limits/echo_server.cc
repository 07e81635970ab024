#include "tests/bench/limits/echo_server.h"

#include <unistd.h>

#include <array>
#include <cstdio>
#include <memory>
#include <string>
#include <utility>

#include "grpcpp/grpcpp.h"
#include "grpcpp/impl/codegen/server_callback_handlers.h"
#include "grpcpp/impl/rpc_service_method.h"
#include "grpcpp/impl/service_type.h"
#include "services/rpc/wire_format.h"
#include "tests/bench/article.h"

namespace courant::bench {
namespace {

using grpc::internal::RpcMethod;

// One message, and then the stream is there.
class QuietStream final : public grpc::ServerWriteReactor<grpc::ByteBuffer> {
 public:
  explicit QuietStream(const grpc::ByteBuffer& message) : message_(message) {
    StartWrite(&message_);
  }
  void OnCancel() override { Finish(grpc::Status::CANCELLED); }
  void OnDone() override { delete this; }

 private:
  grpc::ByteBuffer message_;
};

class EchoService final : public grpc::Service {
 public:
  EchoService() : fixed_(FixedMessage()) {
    AddUnary("/bench.Echo/Same",
             [](const grpc::ByteBuffer& request) { return request; });
    AddUnary("/bench.Echo/Fixed",
             [this](const grpc::ByteBuffer&) { return fixed_; });
    AddMethod(new grpc::internal::RpcServiceMethod(
        "/bench.Echo/Stream", RpcMethod::SERVER_STREAMING, nullptr));
    MarkMethodRawCallback(
        methods_++,
        new grpc::internal::CallbackServerStreamingHandler<grpc::ByteBuffer,
                                                           grpc::ByteBuffer>(
            [this](grpc::CallbackServerContext*, const grpc::ByteBuffer*) {
              return new QuietStream(fixed_);
            }));
  }

 private:
  // As large as an answer with the article: what the server adds to it takes
  // some 200 bytes.
  static grpc::ByteBuffer FixedMessage() {
    std::string article = PeerValue().With(0);
    AppendBytesField(&article, 15, std::string(200, 'x'));
    const grpc::Slice slice(article);
    return grpc::ByteBuffer(&slice, 1);
  }

  template <typename Answer>
  void AddUnary(const char* path, Answer answer) {
    AddMethod(new grpc::internal::RpcServiceMethod(path, RpcMethod::NORMAL_RPC,
                                                   nullptr));
    MarkMethodRawCallback(
        methods_++, new grpc::internal::CallbackUnaryHandler<grpc::ByteBuffer,
                                                             grpc::ByteBuffer>(
                        [answer](grpc::CallbackServerContext* context,
                                 const grpc::ByteBuffer* request,
                                 grpc::ByteBuffer* response) {
                          *response = answer(*request);
                          auto* const reactor = context->DefaultReactor();
                          reactor->Finish(grpc::Status::OK);
                          return reactor;
                        }));
  }

  const grpc::ByteBuffer fixed_;
  size_t methods_ = 0;
};

}  // namespace

absl::Status ServeEcho() {
  EchoService service;
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                           &port);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_COMPRESSION_CHANNEL_ENABLED_ALGORITHMS_BITSET,
                             1);
  builder.RegisterService(&service);
  const std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) return absl::UnavailableError("cannot listen");
  std::printf("{\"address\": \"127.0.0.1:%d\"}\n", port);
  std::fflush(stdout);
  std::array<char, 64> input;
  while (read(STDIN_FILENO, input.data(), input.size()) > 0) {
  }
  server->Shutdown(std::chrono::system_clock::now());
  return absl::OkStatus();
}

}  // namespace courant::bench

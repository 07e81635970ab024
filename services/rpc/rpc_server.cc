#include "services/rpc/rpc_server.h"

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace courant {

std::unique_ptr<RpcServer> RpcServer::Start(
    grpc::ServerBuilder& builder, const std::vector<RpcService*>& services,
    int loops) {
  std::unique_ptr<RpcServer> server(new RpcServer(services));
  for (RpcService* service : services) builder.RegisterService(service);
  builder.RegisterCallbackGenericService(&server->door_);
  for (int i = 0; i < loops; ++i) {
    server->loops_.push_back(
        std::make_unique<StreamLoop>(builder.AddCompletionQueue()));
  }
  server->server_ = builder.BuildAndStart();
  if (server->server_ == nullptr) return nullptr;
  for (size_t i = 0; i < server->loops_.size(); ++i) {
    StreamLoop& loop = *server->loops_[i];
    loop.Start(absl::StrCat("streams-", i));
    for (RpcService* service : services) service->ServeStreams(loop);
  }
  return server;
}

RpcServer::~RpcServer() { Stop(absl::ZeroDuration()); }

void RpcServer::Stop(absl::Duration grace) {
  // One that could not listen has nothing but queues.
  if (server_ != nullptr) {
    server_->Shutdown(absl::ToChronoTime(absl::Now() + grace));
    server_->Wait();
  }
  for (const auto& loop : loops_) loop->Stop();
}

}  // namespace courant

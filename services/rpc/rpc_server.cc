#include "services/rpc/rpc_server.h"

#include <atomic>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "grpc/grpc.h"

namespace courant {
namespace {

// How often a stop looks whether it has ended.
constexpr absl::Duration kLook = absl::Milliseconds(5);

}  // namespace

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

void RpcServer::ShutDown(absl::Duration grace,
                         const absl::Notification* urgent) {
  const absl::Time end = absl::Now() + grace;
  if (urgent == nullptr) return server_->Shutdown(absl::ToChronoTime(end));
  // It cannot be told to wait less when it has begun to.
  std::atomic<bool> ended{false};
  std::thread waiting([&] {
    server_->Shutdown(absl::ToChronoTime(end));
    ended.store(true);
  });
  while (!ended.load()) {
    if (urgent->WaitForNotificationWithTimeout(kLook)) {
      // Again and again: the other thread may not have begun, and a connection
      // may be at its handshake.
      grpc_server_cancel_all_calls(server_->c_server());
      absl::SleepFor(kLook);
    }
  }
  waiting.join();
}

RpcServer::~RpcServer() { Stop(absl::ZeroDuration()); }

void RpcServer::Stop(absl::Duration grace, const absl::Notification* urgent) {
  // One that could not listen has nothing but queues.
  if (server_ != nullptr) {
    ShutDown(grace, urgent);
    server_->Wait();
  }
  for (const auto& loop : loops_) loop->Stop();
}

}  // namespace courant

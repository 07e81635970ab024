#ifndef COURANT_SERVICES_RPC_RPC_SERVER_H_
#define COURANT_SERVICES_RPC_RPC_SERVER_H_

#include <memory>
#include <vector>

#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "services/rpc/generic_door.h"
#include "services/rpc/rpc_service.h"
#include "services/rpc/stream_loop.h"

namespace courant {

// A running gRPC server with services of ours and what they need of it: a door
// for the methods that it does not know by name, and loops for their streams.
// Start and Stop from one thread.
class RpcServer {
 public:
  // Serves `services` at what `builder` was told to listen on, their streams on
  // as many loops. They are not owned and must outlive the server. Null: it
  // cannot listen there.
  static std::unique_ptr<RpcServer> Start(
      grpc::ServerBuilder& builder, const std::vector<RpcService*>& services,
      int loops);

  // Stop() at once.
  ~RpcServer();

  grpc::Server& grpc() { return *server_; }

  // Takes no more calls; waits `grace` for those in progress, then cuts them.
  // Returns when none is left. `urgent`, if it is not null, ends the grace when
  // it is notified. A second call does nothing.
  void Stop(absl::Duration grace, const absl::Notification* urgent = nullptr);

 private:
  explicit RpcServer(const std::vector<RpcService*>& services)
      : door_(services) {}

  // Shutdown() of gRPC, with that end to its grace.
  void ShutDown(absl::Duration grace, const absl::Notification* urgent);

  GenericDoor door_;
  // A queue may go only after its server.
  std::vector<std::unique_ptr<StreamLoop>> loops_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_RPC_RPC_SERVER_H_

#ifndef COURANT_SERVICES_SERVER_GRPC_LISTENER_H_
#define COURANT_SERVICES_SERVER_GRPC_LISTENER_H_

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "courant/config/v1/server_config.pb.h"
#include "grpcpp/security/server_credentials.h"
#include "services/edge/connection_book.h"
#include "services/edge/front_door.h"
#include "services/edge/inherited_sockets.h"
#include "services/edge/login_limit.h"
#include "services/rpc/rpc_server.h"
#include "services/rpc/rpc_service.h"
#include "services/server/tls_files.h"

namespace courant {

// What one listener is.
struct GrpcListenerOptions {
  // Its name in the configuration: "partner".
  std::string name;
  // What the transport takes; it should be above what the services take, so
  // that they can say why they refuse.
  size_t max_message_bytes = 0;
  // Who connects is not of the house: nothing but the services is there, and
  // less is taken from one connection.
  bool for_strangers = false;
  // Of strangers: connections open at a time, and of those from one address;
  // how many of an address may be cut, see FrontDoor; who is told of those that
  // were. The house may have as many as there are descriptors for.
  size_t max_connections = 0;
  size_t max_per_address = 0;
  int max_cuts_per_minute = 0;
  std::function<void(const CutConnection&)> on_cut;
};

// What a listener needs from outside. Nothing is owned; all must outlive it.
struct GrpcListenerEnvironment {
  TlsEnvironment tls;
  // Of strangers: where their connections are noted, and their failed calls.
  ConnectionBook* connections = nullptr;
  LoginLimit* logins = nullptr;
  // Asked for the socket of the listener's name. Null: there is none.
  InheritedSockets* sockets = nullptr;
};

// One gRPC port with its services and, for the house, health service and
// reflection. The settings that guard it are in grpc_listener.cc, with the
// reason for each. Connections come in by a door of ours; see FrontDoor.
//
// Health and reflection come with gRPC and answer beside our services. What the
// listener may be bound to was decided by services/config: nothing here refuses
// an address. With TLS, new connections get what is in its files as soon as
// that can be used; see TlsFiles. Start and Stop from one thread; the rest is
// thread-safe.
class GrpcListener {
 public:
  // Binds and serves. `services` are not owned and must outlive the listener.
  //   UNAVAILABLE       the address cannot be bound; says which, and why
  //   INVALID_ARGUMENT  the certificate or key cannot be used
  static absl::StatusOr<std::unique_ptr<GrpcListener>> Start(
      const config::v1::Listener& config,
      const std::vector<RpcService*>& services,
      const GrpcListenerOptions& options,
      const GrpcListenerEnvironment& environment);

  // Stop() at once.
  ~GrpcListener();

  // Host as configured and the port that was bound, for port 0 the one that the
  // system chose.
  const std::string& address() const { return address_; }

  // Null without TLS.
  TlsFiles* tls() { return tls_.get(); }

  // What grpc.health.v1 answers from now on, for "" and all services; for
  // strangers there is none. Not serving at first; false before a stop, so that
  // balancers send new calls elsewhere. For "liveness" it is serving from the
  // start.
  void SetServing(bool serving);

  // Other limits for connections of strangers that come from now on; see
  // GrpcListenerOptions.
  void SetConnectionLimits(size_t max_connections, size_t max_per_address,
                           int max_cuts_per_minute) {
    door_->SetLimits(max_connections, max_per_address, max_cuts_per_minute);
  }
  // Before a stop: accepts no more connections, if those that come then wait
  // for the next server because somebody else keeps the socket. When all that
  // came before should have made their first call, by SteadyNow(); in the past
  // if they have, or nobody keeps it.
  absl::Time LeaveToNext();

  // Takes no more calls; waits `grace` for those in progress, then cuts them.
  // Returns when none is left, and at once when there was none. Streams must be
  // told to end before. A second call does nothing.
  // `urgent` ends the grace when it is notified; null: nothing does.
  void Stop(absl::Duration grace, const absl::Notification* urgent = nullptr);

 private:
  GrpcListener() = default;

  // Asked for as long as the server accepts connections.
  std::unique_ptr<TlsFiles> tls_;
  std::shared_ptr<grpc::ServerCredentials> credentials_;
  // Goes after the server, whose connections it looks after.
  std::unique_ptr<FrontDoor> door_;
  std::unique_ptr<RpcServer> server_;
  // What health speaks of.
  std::set<std::string> service_names_;
  std::string address_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_SERVER_GRPC_LISTENER_H_

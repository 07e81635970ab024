#ifndef COURANT_SERVICES_EDGE_FRONT_DOOR_H_
#define COURANT_SERVICES_EDGE_FRONT_DOOR_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "grpcpp/server_builder.h"
#include "prometheus/registry.h"
#include "services/edge/acceptor.h"
#include "services/edge/address_limit.h"
#include "services/edge/connection_book.h"
#include "services/edge/connection_governor.h"
#include "services/edge/edge_metrics.h"
#include "services/edge/inherited_sockets.h"
#include "services/edge/login_limit.h"

namespace courant {

// Where the connections of one gRPC server come in: a socket of our own, an
// acceptor and, for strangers, a governor. gRPC gets each as a descriptor, and
// serves it as one that it accepted itself.
//
//   Bind(), hand grpc's acceptor over, start the server, Open();
//   StopAccepting(), stop the server, Close().
//
// One thread at a time.
class FrontDoor {
 public:
  struct Options {
    // The listener's name in the configuration.
    std::string listener;
    Acceptor::Options accept;
    // See Listen().
    int receive_bytes = 0;
    // What a connection may do. None: anything; nobody looks.
    std::optional<ConnectionLimits> limits;
    // Connections of one address that may be cut for what they sent, in a
    // minute on average, and at once after a pause, before it gets no more. 0:
    // any number.
    int max_cuts_per_minute = 0;
    // See ConnectionGovernor.
    std::function<void(const CutConnection&)> on_cut;
  };
  // Nothing is owned; all must outlive the door.
  struct Environment {
    prometheus::Registry& registry;
    // Where connections are noted; null: nowhere, see Acceptor. There must be
    // one where somebody looks at what they do.
    ConnectionBook* book = nullptr;
    // Null: logins that fail are not counted.
    LoginLimit* logins = nullptr;
    // The one of the listener's name, if there is one, is used instead of
    // another; only asked by Bind(). Null: there are none.
    InheritedSockets* sockets = nullptr;
  };

  // Listens; see Listen() for addresses and errors. Connections wait until
  // Open().
  static absl::StatusOr<std::unique_ptr<FrontDoor>> Bind(
      const std::string& host, uint16_t port, const Options& options,
      const Environment& environment);

  // Close().
  ~FrontDoor();

  // That was bound, for port 0 the one that the system chose.
  uint16_t port() const { return port_; }

  // Begins to hand connections to `server`, which was started, as the last one
  // of the process until then. Once.
  //   UNAVAILABLE  the system gives us no descriptors
  absl::Status Open(
      std::unique_ptr<grpc::experimental::ExternalConnectionAcceptor> server);

  // Other limits for connections that come from now on; see Acceptor. From any
  // thread.
  void SetLimits(size_t max_connections, size_t max_per_address,
                 int max_cuts_per_minute) {
    acceptor_.SetLimits(max_connections, max_per_address);
    cuts_.SetRate(max_cuts_per_minute, max_cuts_per_minute);
  }

  // Accepts no more. Connections that are open stay.
  void StopAccepting();

  // Whether who connects after that waits for the next server.
  bool is_kept() const { return is_kept_; }
  // When the last connection came; see Acceptor.
  absl::Time last_came() const { return acceptor_.last_came(); }

  // Lets go of all connections, which gRPC has closed. A second call does
  // nothing.
  void Close();

 private:
  FrontDoor(ListeningSocket socket, const Options& options,
            const Environment& environment);

  const uint16_t port_;
  const bool is_kept_;
  AddressLimit cuts_;
  EdgeMetrics metrics_;
  std::unique_ptr<grpc::experimental::ExternalConnectionAcceptor> server_;
  std::optional<ConnectionGovernor> governor_;
  Acceptor acceptor_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_EDGE_FRONT_DOOR_H_

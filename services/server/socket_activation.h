#ifndef COURANT_SERVICES_SERVER_SOCKET_ACTIVATION_H_
#define COURANT_SERVICES_SERVER_SOCKET_ACTIVATION_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/config/server_config.h"
#include "services/edge/inherited_sockets.h"

namespace courant {

// The sockets that a service manager opened for this process: for the listeners
// `internal`, `partner` and `ops`, named as these. Call before there are
// threads, once.
//   INVALID_ARGUMENT  see InheritedSockets
absl::StatusOr<InheritedSockets> TakeInheritedSockets();

// Has the configuration say where the listeners really are: the address of a
// socket takes the place of the configured one, and what is true of that must
// be true of it, TLS above all if other machines can reach it.
//   INVALID_ARGUMENT  a listener may not be there; the text as in LoadConfig()
absl::Status ApplyAddresses(const InheritedSockets& sockets,
                            LoadedConfig& loaded);

}  // namespace courant

#endif  // COURANT_SERVICES_SERVER_SOCKET_ACTIVATION_H_

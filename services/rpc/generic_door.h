#ifndef COURANT_SERVICES_RPC_GENERIC_DOOR_H_
#define COURANT_SERVICES_RPC_GENERIC_DOOR_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "grpcpp/generic/async_generic_service.h"
#include "services/rpc/rpc_service.h"

namespace courant {

// Where the calls of a server come in whose methods gRPC does not know. It
// keeps a table of those that it knows for each connection, 176 bytes for each
// method: 13 KB, a third of what a subscriber costs, when it was given all.
// Thread-safe.
class GenericDoor final : public grpc::CallbackGenericService {
 public:
  // `services` are not owned and must outlive the door.
  explicit GenericDoor(const std::vector<RpcService*>& services);

  // Only what is spelled exactly as a method is one; the rest is UNIMPLEMENTED.
  grpc::ServerGenericBidiReactor* CreateReactor(
      grpc::GenericCallbackServerContext* context) override;

 private:
  absl::flat_hash_map<std::string, RpcService*> service_of_;
};

}  // namespace courant

#endif  // COURANT_SERVICES_RPC_GENERIC_DOOR_H_

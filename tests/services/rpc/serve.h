#ifndef COURANT_TESTS_SERVICES_RPC_SERVE_H_
#define COURANT_TESTS_SERVICES_RPC_SERVE_H_

#include <memory>
#include <string>

#include "services/rpc/rpc_server.h"
#include "services/rpc/rpc_service.h"

namespace courant {

// A real gRPC server with `service` alone, which is not owned, on a free port
// of loopback; `*address` says which. Null: it cannot listen.
std::unique_ptr<RpcServer> ServeOnLoopback(RpcService& service, int loops,
                                           std::string* address);

}  // namespace courant

#endif  // COURANT_TESTS_SERVICES_RPC_SERVE_H_

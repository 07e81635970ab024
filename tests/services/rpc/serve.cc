#include "tests/services/rpc/serve.h"

#include "absl/strings/str_cat.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server_builder.h"

namespace courant {

std::unique_ptr<RpcServer> ServeOnLoopback(RpcService& service, int loops,
                                           std::string* address) {
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                           &port);
  std::unique_ptr<RpcServer> server =
      RpcServer::Start(builder, {&service}, loops);
  *address = absl::StrCat("127.0.0.1:", port);
  return server;
}

}  // namespace courant

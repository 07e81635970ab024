#include "services/rpc/generic_door.h"

namespace courant {

GenericDoor::GenericDoor(const std::vector<RpcService*>& services) {
  for (RpcService* service : services) {
    for (std::string& method : service->GenericMethodNames()) {
      service_of_[std::move(method)] = service;
    }
  }
}

grpc::ServerGenericBidiReactor* GenericDoor::CreateReactor(
    grpc::GenericCallbackServerContext* context) {
  const auto found = service_of_.find(context->method());
  return found == service_of_.end()
             ? grpc::CallbackGenericService::CreateReactor(context)
             : found->second->StartGeneric(context);
}

}  // namespace courant

#ifndef COURANT_SERVICES_RPC_ADMISSION_H_
#define COURANT_SERVICES_RPC_ADMISSION_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "grpcpp/server_context.h"
#include "services/rpc/authenticator.h"
#include "services/rpc/call_audit.h"
#include "services/rpc/handler.h"
#include "services/rpc/request_context.h"

namespace courant {

// Whether a call of the method `path` may be made, before its request is looked
// at, and what its handler is told about it. Thread-safe; does not block.
//
// Without an authenticator the caller is in the house, or says that it is not:
// metadata `courant-audience`, and who acts is what `courant-actor` says. With
// one the caller is who it shows to be, and acts in that name alone: what the
// two say is not looked at.
//
// When it may not, `*refused` says whose it was, as far as that is known.
//
//   INVALID_ARGUMENT / FIELD_INVALID       names `courant-audience`
//   PERMISSION_DENIED / NOT_CLEARED        not open to that audience
//   UNAUTHENTICATED / CREDENTIALS_REFUSED  not shown who calls
//   PERMISSION_DENIED / SCOPE_MISSING      what was shown is not good for it
absl::StatusOr<RequestContext> Admit(const grpc::ServerContextBase& call,
                                     const Method& method,
                                     const std::string& path,
                                     absl::Time deadline,
                                     Authenticator* authenticator,
                                     RefusedCall* refused);

}  // namespace courant

#endif  // COURANT_SERVICES_RPC_ADMISSION_H_

// The calls of PartnerService, each by its request.

#include "services/cli/connection.h"
#include "services/cli/connection_stubs.h"

// All of them: the method, and what it answers.
#define COURANT_CALLS_OF(Call, Kind)                                      \
  Call(Create##Kind, Kind) Call(Get##Kind, Kind)                          \
      Call(List##Kind##s, List##Kind##sResponse) Call(Update##Kind, Kind) \
          Call(Suspend##Kind, Kind) Call(Resume##Kind, Kind)
#define COURANT_CALLS(Call)                                             \
  COURANT_CALLS_OF(Call, Partner)                                       \
  COURANT_CALLS_OF(Call, Contract)                                      \
  COURANT_CALLS_OF(Call, Grant)                                         \
  COURANT_CALLS_OF(Call, Product)                                       \
  Call(CreateApiKey, CreateApiKeyResponse)                              \
      Call(ListApiKeys, ListApiKeysResponse) Call(RevokeApiKey, ApiKey) \
          Call(ExplainAccess, ExplainAccessResponse)                    \
              Call(ListDeliveries, ListDeliveriesResponse)              \
                  Call(ListNotices, ListNoticesResponse)                \
                      Call(ListExposures, ListExposuresResponse)

namespace courant {
namespace {

// The method of the stub that takes such a request.
#define COURANT_METHOD(Method, Response)              \
  auto MethodFor(const v1::Method##Request& /*of*/) { \
    return &v1::PartnerService::Stub::Method;         \
  }
COURANT_CALLS(COURANT_METHOD)
#undef COURANT_METHOD

}  // namespace

template <typename Response, typename Request>
absl::StatusOr<Response> Connection::Partners(const Request& request) {
  return Call(options_, stop_, stubs_->partners, MethodFor(request), request);
}

#define COURANT_INSTANCE(Method, Response)                    \
  template absl::StatusOr<v1::Response> Connection::Partners( \
      const v1::Method##Request& request);
COURANT_CALLS(COURANT_INSTANCE)
#undef COURANT_INSTANCE

}  // namespace courant

#undef COURANT_CALLS
#undef COURANT_CALLS_OF

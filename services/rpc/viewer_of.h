#ifndef COURANT_SERVICES_RPC_VIEWER_OF_H_
#define COURANT_SERVICES_RPC_VIEWER_OF_H_

#include "absl/status/statusor.h"
#include "services/audience/viewer.h"
#include "services/rpc/request_context.h"

namespace courant {

// Who looks, in a call: an audience, or the partner that was shown to call, by
// what `rights` say now. A partner whose rights nobody knows sees nothing.
// Errors of RightsBook::ViewerNow().
inline absl::StatusOr<Viewer> ViewerOf(const RequestContext& context,
                                       RightsBook* rights) {
  if (context.audience != Audience::kPartner || rights == nullptr ||
      !context.principal) {
    return Viewer(context.audience);
  }
  return rights->ViewerNow(context.principal->partner);
}

}  // namespace courant

#endif  // COURANT_SERVICES_RPC_VIEWER_OF_H_

#ifndef COURANT_SERVICES_RPC_VIEWER_OF_H_
#define COURANT_SERVICES_RPC_VIEWER_OF_H_

#include "absl/status/statusor.h"
#include "services/audience/viewer.h"
#include "services/rpc/authenticator.h"
#include "services/rpc/request_context.h"

namespace courant {

// Who looks, in a call: an audience, or the partner that was shown to call, by
// what `rights` say now. A partner whose rights nobody knows sees nothing. Ask
// as late as can be: a call may have waited since its key was looked at.
//   UNAUTHENTICATED / CREDENTIALS_REFUSED  the key is not accepted any more
// and errors of RightsBook::ViewerNow().
inline absl::StatusOr<Viewer> ViewerOf(const RequestContext& context,
                                       RightsBook* rights) {
  if (context.audience != Audience::kPartner || rights == nullptr ||
      !context.principal) {
    return Viewer(context.audience);
  }
  absl::StatusOr<Viewer> viewer = rights->ViewerNow(context.principal->partner);
  if (viewer.ok() && !context.principal->IsLive(viewer->time)) {
    return CredentialsRefused();
  }
  return viewer;
}

}  // namespace courant

#endif  // COURANT_SERVICES_RPC_VIEWER_OF_H_

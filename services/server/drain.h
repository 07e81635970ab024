#ifndef COURANT_SERVICES_SERVER_DRAIN_H_
#define COURANT_SERVICES_SERVER_DRAIN_H_

#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "services/distribution/change_hub.h"
#include "services/server/grpc_listener.h"

// What a server waits for before it closes its connections. Every wait has an
// end, and ends at once when `urgent` is notified.
namespace courant {

// Has those who connect from now on wait for the next server, if somebody keeps
// the sockets, and returns when those who came before have had time for their
// first call: a second after the last of them. `partner` may be null.
void LeaveToNext(GrpcListener& internal, GrpcListener* partner,
                 const absl::Notification& urgent);

// After ChangeHub::Drain(): until streams have ended and clients have read it,
// a good second at most. On connections that stay: one that is closed when the
// client writes to it takes away what the client has not read, its token
// included.
void LetStreamsEnd(const ChangeHub& hub, const absl::Notification& urgent);

}  // namespace courant

#endif  // COURANT_SERVICES_SERVER_DRAIN_H_

#ifndef COURANT_SERVICES_SERVER_SERVICE_NOTIFY_H_
#define COURANT_SERVICES_SERVER_SERVICE_NOTIFY_H_

#include "absl/strings/string_view.h"

namespace courant {

// Tells the service manager `state` ("READY=1", "STOPPING=1") by the protocol
// of sd_notify(3): one datagram to the socket named in $NOTIFY_SOCKET. Does
// nothing without one; a manager that does not listen is not our problem.
// Written here because libsystemd would be a dependency for one sendto().
void NotifyServiceManager(absl::string_view state);

// Tells it that the configuration is read again, since when, until READY=1 is
// told; see Type=notify-reload in systemd.service(5).
void NotifyReloading();

}  // namespace courant

#endif  // COURANT_SERVICES_SERVER_SERVICE_NOTIFY_H_
